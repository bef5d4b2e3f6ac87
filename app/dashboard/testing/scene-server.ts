/** The gateway over the scene: what the page meets in a real Flywheel, with nothing left to chance. */
import { pino } from 'pino';
import type { Serving } from '../../assemble.ts';
import { serve } from '../../gateway/gateway.ts';
import { DecisionFeed, type DecisionListener } from '../../operations/decisions/feed.ts';
import { startDouble } from '../../operations/doubles.ts';
import type { DecisionRow, Operations } from '../../operations/operations.ts';
import { sceneOperations } from './scene-operations.ts';
import { scene_ms } from './scene-experiments.ts';

/** A feed whose decisions the test makes up. */
class SceneFeed extends DecisionFeed {
  readonly #heard = new Set<DecisionListener>();

  override subscribe(listener: DecisionListener): () => void {
    this.#heard.add(listener);
    return () => this.#heard.delete(listener);
  }

  push(decision: DecisionRow): void {
    for (const listener of this.#heard) listener([decision], 0);
  }

  leaveOut(count: number): void {
    for (const listener of this.#heard) listener([], count);
  }
}

export class SceneServer {
  readonly operations: Operations;
  readonly #folder: string;
  #port: number;
  #starts = 0;
  #feed: SceneFeed | undefined;
  #serving: Serving | undefined;

  /** `port` 0 takes any free one; `over` replaces operations of the scene. */
  constructor(folder: string, port = 0, over: Partial<Operations> = {}) {
    this.#folder = folder;
    this.#port = port;
    this.operations = { ...sceneOperations(), ...over };
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}/`;
  }

  /** Starts, or starts again at the same address with another token, as a new process does. */
  async start(): Promise<void> {
    const { driver, context } = await startDouble(scene_ms);
    await driver.stop();
    this.#feed = new SceneFeed(context.engine, context.directory);
    this.#serving = await serve(
      {
        context,
        operations: this.operations,
        decisions: this.#feed,
        host: '127.0.0.1',
        port: this.#port,
        token: `scene-${++this.#starts}`,
        logger: pino({ enabled: false }),
      },
      { page_folder: this.#folder },
    );
    this.#port = Number(new URL(this.#serving.url).port);
  }

  /** Ends every connection at once, as a process does that is killed. */
  async stop(): Promise<void> {
    await this.#serving?.close();
    this.#serving = undefined;
  }

  push(decision: DecisionRow): void {
    this.#feed?.push(decision);
  }

  /** Decisions that listeners are told the number of alone. */
  leaveOut(count: number): void {
    this.#feed?.leaveOut(count);
  }
}
