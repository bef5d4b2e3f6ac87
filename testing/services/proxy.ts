/** Stands between clients and a server on this machine, and loses an answer when told to. */
import { createServer, connect, type Server, type Socket } from 'node:net';

export class Proxy {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #target: () => number;
  #isMeant: ((request: Buffer) => boolean) | undefined;
  #cuts = 0;

  private constructor(target: () => number) {
    this.#target = target;
    this.#server = createServer((client) => this.#pass(client));
  }

  /** Listens on a free port; `target` says the server's port when a client comes. */
  static async listen(target: () => number): Promise<Proxy> {
    const proxy = new Proxy(target);
    await new Promise<void>((resolve, reject) => {
      proxy.#server.once('error', reject);
      proxy.#server.listen(0, '127.0.0.1', resolve);
    });
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    if (address === null || typeof address === 'string') throw new Error('the proxy does not listen');
    return address.port;
  }

  /** Answers that were lost. */
  get cuts(): number {
    return this.#cuts;
  }

  /** The next request that is meant reaches the server; its answer does not reach the client, or half of it, and the connection breaks. */
  cutAnswer(isMeant: (request: Buffer) => boolean): void {
    this.#isMeant = isMeant;
  }

  #pass(client: Socket): void {
    const server = connect(this.#target(), '127.0.0.1');
    let cutting = false;
    const end = (): void => {
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) {
      this.#sockets.add(socket);
      socket.setNoDelay(true);
      socket.once('close', () => {
        this.#sockets.delete(socket);
        end();
      });
      socket.on('error', end);
    }
    client.on('data', (request: Buffer) => {
      if (this.#isMeant?.(request) === true) {
        this.#isMeant = undefined;
        cutting = true;
      }
      server.write(request);
    });
    server.on('data', (answer: Buffer) => {
      if (!cutting) {
        client.write(answer);
        return;
      }
      this.#cuts++;
      // Every second time half of it gets through.
      if (this.#cuts % 2 === 0) client.write(answer.subarray(0, answer.length >> 1), end);
      else end();
    });
  }

  async stop(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
