/** Errors as Graph says them. */
export interface GraphErrorOptions {
  readonly code: number;
  readonly subcode?: number;
  readonly message?: string;
  readonly user_title?: string;
  readonly user_message?: string;
  readonly is_transient?: boolean;
  readonly status?: number;
  readonly type?: string;
}

export class GraphError extends Error {
  readonly options: GraphErrorOptions;

  constructor(options: GraphErrorOptions) {
    super(options.message ?? `(#${options.code}) Error`);
    this.options = options;
  }

  get status(): number {
    const { status, code } = this.options;
    if (status !== undefined) return status;
    return code === 1 || code === 2 ? 500 : code === 190 ? 401 : code === 10 || code === 200 ? 403 : 400;
  }

  body(): object {
    const { code, subcode, user_title, user_message, is_transient, type = 'OAuthException' } = this.options;
    return {
      error: {
        message: this.message,
        type,
        code,
        ...(subcode !== undefined && { error_subcode: subcode }),
        ...(is_transient !== undefined && { is_transient }),
        ...(user_title !== undefined && { error_user_title: user_title }),
        ...(user_message !== undefined && { error_user_msg: user_message }),
        fbtrace_id: 'AfakeTrace',
      },
    };
  }
}

export const notFound = (id: string): GraphError =>
  new GraphError({
    code: 100,
    subcode: 33,
    message: `Unsupported request. Object with ID '${id}' does not exist, cannot be loaded due to missing permissions, or does not support this operation`,
  });

export const invalid = (message: string, subcode?: number): GraphError =>
  new GraphError({ code: 100, message: `(#100) ${message}`, ...(subcode !== undefined && { subcode }) });
