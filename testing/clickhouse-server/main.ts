/** The server as a process: `main.ts --port --path --username --password [--certificate --key]`. */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { Database } from './database.ts';
import { Faults } from './faults.ts';
import { front } from './front.ts';

const text = { type: 'string' } as const;
const { values } = parseArgs({
  options: { port: text, path: text, username: text, password: text, certificate: text, key: text },
});
const given = z
  .object({
    port: z.coerce.number().int(),
    path: z.string(),
    username: z.string(),
    password: z.string(),
    certificate: z.string().optional(),
    key: z.string().optional(),
  })
  .parse(values);

const { username, password, certificate, key } = given;
const listener = front({
  database: new Database(given.path),
  faults: new Faults(),
  seen: { inserts: 0, compressed: 0 },
  username,
  password,
});
const server =
  certificate === undefined || key === undefined
    ? createServer(listener)
    : createTlsServer({ cert: readFileSync(certificate), key: readFileSync(key) }, listener);
server.listen(given.port, '127.0.0.1');
process.once('SIGTERM', () => process.exit(0));
