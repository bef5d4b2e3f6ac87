/** `GET /api/export/{table}`: a whole table of the caller's account, as it is read. */
import { z } from 'zod';
import type { ExportPage, ExportRequest } from '../../operations/tables/export-view.ts';
import type { LocalOperations } from '../../operations/local.ts';
import { parsed } from '../complaint.ts';
import { word } from '../loops/shapes.ts';
import { Reply, type Route } from '../route.ts';
import { checkTopic } from '../scope.ts';

const takes = z.strictObject({
  /** With the name of the file behind it or without. */
  table: z.string().regex(/^[a-z][a-z0-9_]{0,63}(\.csv)?$/),
  account_id: word.exactOptional(),
});

/** The pages behind the first, each asked for when the one before was taken. */
async function* lines(operations: LocalOperations, request: ExportRequest, first: ExportPage): AsyncGenerator<string> {
  yield first.header + first.csv;
  for (let { next } = first; next !== null;) {
    const page = await operations.export_table({ ...request, after: next });
    yield page.csv;
    ({ next } = page);
  }
}

export const exportRoute: Route = {
  id: 'export_table',
  method: 'GET',
  path: '/api/export/{table}',
  tag: 'Log',
  words:
    'A table of the analytics as CSV, in the order of the log; `table` is a topic with underscores for its dots. A text that a spreadsheet would take for a formula begins with an apostrophe. It is streamed: an error on the way ends it short.',
  role: 'viewer',
  account: 'optional',
  limit: 'heavy',
  weight: 5,
  changes: false,
  problems: [404, 422],
  takes,
  answers: { 200: z.string() },
  answers_as: 'text/csv',
  streams: true,
  example: { table: 'ad_metrics', account_id: 'act_1001' },
  run: async ({ operations }, given, { principal }) => {
    const { table, ...of } = parsed('export_table', takes, given);
    const request = { ...of, table: table.replace(/\.csv$/, '') };
    checkTopic(exportRoute, request.table, principal);
    // The first page is asked for before anything is answered: what is refused is a problem, not a broken file.
    const first = await operations.export_table(request);
    const name = `${request.table}${request.account_id === undefined ? '' : `-${request.account_id.replaceAll(/[^\w-]/g, '_')}`}.csv`;
    return new Reply(200, lines(operations, request, first), {
      'content-disposition': `attachment; filename="${name}"`,
    });
  },
};
