/** Ctrl-C: the first stops gracefully, the second at once. */
import { exit_codes } from './exit-codes.ts';
import type { Output } from './output.ts';

export interface StopSignal {
  /** Resolves at the first signal. */
  readonly asked: Promise<void>;
  /** Gives the signals back to the process. */
  release(): void;
}

export function stopSignal(out: Output): StopSignal {
  let stop: () => void = () => undefined;
  const asked = new Promise<void>((resolve) => {
    stop = resolve;
  });
  let times = 0;
  const take = (): void => {
    if (++times > 1) process.exit(exit_codes.interrupted);
    out.note(`\n${out.colour.dim('stopping: finishing the batches under way; Ctrl-C again ends at once')}`);
    stop();
  };
  process.on('SIGINT', take);
  process.on('SIGTERM', take);
  return {
    asked,
    release: () => {
      process.off('SIGINT', take);
      process.off('SIGTERM', take);
    },
  };
}
