/** The sockets of a client of Kafka, so that none outlives it: told to disconnect, kafkajs may leave some open. */
import type { Socket } from 'node:net';
import type { ISocketFactory } from 'kafkajs';
import socketFactory from 'kafkajs/src/network/socketFactory.js';
import { refuseAfter } from './mended.ts';

/** How long a client may take to say goodbye, milliseconds: brokers that are away never answer. */
const polite_ms = 3_000;

const connect = socketFactory();

export class Sockets {
  readonly #open = new Set<Socket>();
  #ended = false;

  constructor() {
    refuseAfter(this.open, () => this.#ended);
  }

  /** How many are open. */
  get size(): number {
    return this.#open.size;
  }

  /** Given to the client, which opens all of its connections with it. */
  readonly open: ISocketFactory = (to) => {
    const socket = connect(to);
    this.#open.add(socket);
    socket.once('close', () => this.#open.delete(socket));
    return socket;
  };

  /** Lets the client say goodbye, as long as brokers answer, and ends what it leaves open. It opens none from then on. */
  async endAfter(disconnect: () => Promise<unknown>, within_ms = polite_ms): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, within_ms);
    });
    try {
      await Promise.race([disconnect(), late]);
    } finally {
      clearTimeout(timer);
      this.end();
    }
  }

  /** Ends all that are open. What still asks on them is refused, at once and for good. */
  end(): void {
    this.#ended = true;
    for (const socket of this.#open) socket.destroy(new Error('the client has ended'));
    this.#open.clear();
  }
}
