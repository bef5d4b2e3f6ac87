/** The part of the package that is used; it ships no types of its own. */
declare module 'facebook-nodejs-business-sdk' {
  export class FacebookAdsApi {
    /** @param crash_log false: no listener for uncaught exceptions that sends stack traces to Meta */
    constructor(accessToken: string, locale: string, crash_log: boolean);
    /** Whether an answer's headers are put into its body, as `headers`. */
    setShowHeader(flag: boolean): this;
    /** A path that is a text is taken as the whole address, and of `params` only the body of a POST is used. */
    call(method: 'GET' | 'POST', path: string, params?: object): Promise<unknown>;
  }
}
