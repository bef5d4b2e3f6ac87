/** A server of mail on this machine over the wire, for tests: it keeps what it is handed, and refuses as it is told. */
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { SMTPServer } from 'smtp-server';

export interface SeenMail {
  readonly from: string;
  readonly to: readonly string[];
  /** Headers and body as they came. */
  readonly source: string;
}

export interface MailServer {
  readonly port: number;
  readonly mails: readonly SeenMail[];
  /** The next recipients are answered with these codes, one each. */
  meet(...codes: readonly number[]): void;
  close(): Promise<void>;
}

export async function mailServer(
  login: { readonly user: string; readonly password: string } | null,
): Promise<MailServer> {
  const mails: SeenMail[] = [];
  const codes: number[] = [];
  const server = new SMTPServer({
    authOptional: login === null,
    allowInsecureAuth: true,
    disabledCommands: ['STARTTLS'],
    onAuth({ username, password }, _session, done) {
      if (username === login?.user && password === login?.password) done(null, { user: username });
      else done(new Error(`Invalid login ${String(password)}`));
    },
    onRcptTo(_address, _session, done) {
      const code = codes.shift();
      if (code === undefined) return done();
      done(Object.assign(new Error(code < 500 ? 'Try again later' : 'No such mailbox'), { responseCode: code }));
    },
    onData(stream, { envelope }, done) {
      text(stream).then(
        (source) => {
          const { mailFrom, rcptTo } = envelope;
          mails.push({
            from: mailFrom === false ? '' : mailFrom.address,
            to: rcptTo.map(({ address }) => address),
            source,
          });
          done();
        },
        (error: unknown) => done(error instanceof Error ? error : new Error(String(error))),
      );
    },
  });
  server.on('error', () => undefined);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.server.address() as AddressInfo).port,
    mails,
    meet: (...next) => void codes.push(...next),
    close: () => new Promise((resolve) => server.close(resolve)),
  };
}
