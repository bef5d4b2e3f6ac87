/** Tables as they are exported. */

export interface ExportRequest {
  readonly table: string;
  readonly account_id?: string;
  /** `next` of the page before. */
  readonly after?: string;
  readonly limit?: number;
}

export interface ExportPage {
  readonly table: string;
  /** Names of the columns, one line of CSV. */
  readonly header: string;
  /** Lines of CSV (RFC 4180): a text that a spreadsheet would take for a formula begins with an apostrophe. */
  readonly csv: string;
  readonly rows: number;
  /** Where the next page begins; null where there is none. */
  readonly next: string | null;
}

export interface ExportOperations {
  /** A page of a table of the analytics as CSV. */
  export_table(of: ExportRequest): Promise<ExportPage>;
}
