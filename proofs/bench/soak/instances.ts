/** The instances of a soak: one that is never killed, so that what leaks shows, and others that come and go. */
import { randomUUID } from 'node:crypto';
import { inRound, totals } from '../totals.ts';
import { instance, progressOf } from '../kafka/instance.ts';
import type { MeasuredProgram } from '../kafka/program.ts';
import type { Setting } from '../kafka/setting.ts';

/** The group, as its instances run it. */
export const group = inRound(totals, 0);
/** Beside the oldest one. */
const others = 1;
const report_ms = 1_000;
const restart_after_ms = 200;

export class SoakInstances {
  readonly namespace = `soak-${randomUUID()}`;
  /** How instances ended that nobody had killed. */
  readonly endings: string[] = [];
  readonly #setting: Setting;
  #running: MeasuredProgram[] = [];
  #closed = false;

  constructor(setting: Setting) {
    this.#setting = setting;
  }

  async start(): Promise<void> {
    for (let i = 0; i <= others; i++) await this.#kept().says('started');
  }

  /** The one that is older than all others, and those that may be killed. */
  get oldest(): MeasuredProgram | undefined {
    return this.#running[0];
  }

  get younger(): readonly MeasuredProgram[] {
    return this.#running.slice(1);
  }

  get all(): readonly MeasuredProgram[] {
    return this.#running;
  }

  /** Bytes in all outboxes, as instances told last. */
  get outbox_bytes(): number {
    return this.#running.reduce((sum, program) => sum + (progressOf(program)?.outbox_bytes ?? 0), 0);
  }

  guest(): MeasuredProgram {
    return instance({ setting: this.#setting, namespace: this.namespace, processor: 'totals', report_ms });
  }

  /** One that is started again when it ends. */
  #kept(): MeasuredProgram {
    const program = this.guest();
    this.#running.push(program);
    void program.ended.then(() => {
      if (!this.#running.includes(program)) return;
      this.#running = this.#running.filter((one) => one !== program);
      this.endings.push(program.ending ?? '');
      setTimeout(() => {
        if (!this.#closed) this.#kept();
      }, restart_after_ms);
    });
    return program;
  }

  /** Kills one and starts another; resolves when that one has started. */
  async kill(program: MeasuredProgram): Promise<void> {
    this.#running = this.#running.filter((one) => one !== program);
    await program.kill();
    await this.#kept().says('started');
  }

  /** In an orderly way. */
  async end(): Promise<void> {
    this.#closed = true;
    const running = this.#running;
    this.#running = [];
    await Promise.all(running.map((program) => program.end()));
  }
}
