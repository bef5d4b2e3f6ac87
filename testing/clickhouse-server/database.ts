/** chDB as the front asks it: one statement at a time, each with its own database, settings and parameters. */
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Session } from 'chdb';
import pLimit from 'p-limit';

export interface Asked {
  readonly statement: string;
  readonly database: string;
  /** Settings of this statement alone, and its parameters as `param_name`. */
  readonly settings: ReadonlyMap<string, string>;
  /** What follows `FORMAT` of an insert. */
  readonly data: Buffer;
}

const literal = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;
const quoted = (name: string): string => `\`${name.replaceAll('`', '')}\``;
const insert_with_data = /^(\s*INSERT\s+INTO\s[\s\S]+?)\s+FORMAT\s+(\w+)\s*$/i;

export class Database {
  readonly #session: Session;
  readonly #incoming: string;
  readonly #one = pLimit(1);
  #files = 0;

  constructor(path: string) {
    this.#session = new Session(join(path, 'data'));
    this.#incoming = join(path, 'incoming');
    rmSync(this.#incoming, { recursive: true, force: true });
    mkdirSync(this.#incoming, { recursive: true });
  }

  /** The answer's bytes. Rejects with ClickHouse's own words. */
  answer(asked: Asked): Promise<Uint8Array> {
    return this.#one(() => this.#answer(asked));
  }

  async #answer({ statement, database, settings, data }: Asked): Promise<Uint8Array> {
    await this.#run(`USE ${quoted(database)}`);
    try {
      for (const [name, value] of settings) await this.#run(`SET ${name} = ${literal(value)}`);
      const insert = insert_with_data.exec(statement);
      return await (insert === null ? this.#run(statement) : this.#insert(insert[1] ?? '', insert[2] ?? '', data));
    } finally {
      for (const name of settings.keys()) if (!name.startsWith('param_')) await this.#run(`SET ${name} = DEFAULT`);
    }
  }

  /** Data of any format, binary ones too, are read from a file: this door takes statements as text. */
  async #insert(into: string, format: string, data: Buffer): Promise<Uint8Array> {
    const file = join(this.#incoming, `${this.#files++}.data`);
    writeFileSync(file, data);
    try {
      return await this.#run(`${into} FROM INFILE ${literal(file)} FORMAT ${format}`);
    } finally {
      rmSync(file);
    }
  }

  async #run(statement: string): Promise<Uint8Array> {
    const result = await this.#session.queryAsync(statement, { format: 'TabSeparated' });
    return result.bytes();
  }
}
