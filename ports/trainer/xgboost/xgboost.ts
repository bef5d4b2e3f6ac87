/** Trains in a worker thread of its own, which ends with the answer, the signal or a crash. */
import { Worker } from 'node:worker_threads';
import { FlywheelError } from '../../../topology/errors.ts';
import type { Signal } from '../../../topology/processor.ts';
import type { Trained, Trainer, TrainRequest } from '../port.ts';
import type { FromWorker } from './messages.ts';

export interface XGBoostOptions {
  /** Most megabytes of its JavaScript heap; the library's own memory is bounded by the size of its matrix. */
  readonly heap_mb?: number;
  /** The module that the thread runs, for tests of its crash. */
  readonly module?: URL;
}

const default_heap_mb = 512;
const default_module = new URL('./start-worker.js', import.meta.url);

/** A trainer whose work is done by ml-xgboost. */
export function xgboostTrainer({ heap_mb = default_heap_mb, module = default_module }: XGBoostOptions = {}): Trainer {
  return {
    async train(request, signal, onProgress) {
      if (signal.aborted) throw signal.reason;
      checkRequest(request);
      const worker = new Worker(module, {
        workerData: request,
        // Moved, not copied: copying tens of megabytes would hold up this thread.
        transferList: buffersOf(request),
        resourceLimits: { maxOldGenerationSizeMb: heap_mb },
        // What the thread prints before it captures it is not for this program's output.
        stdout: true,
        stderr: true,
      });
      try {
        return await answerOf(worker, signal, onProgress);
      } finally {
        await worker.terminate();
      }
    },
  };
}

const buffersOf = ({ examples, held_back }: TrainRequest): ArrayBuffer[] =>
  [examples.features, examples.ratios, examples.weights, held_back]
    .map(({ buffer }) => buffer)
    .filter((buffer) => buffer instanceof ArrayBuffer);

const failed = (why: string): FlywheelError => new FlywheelError('training.failed', { why });

function answerOf(worker: Worker, signal: Signal, onProgress?: (share: number) => void): Promise<Trained> {
  return new Promise((resolve, reject) => {
    if (signal instanceof AbortSignal) signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    worker.on('error', (error) => reject(failed(error instanceof Error ? error.message : String(error))));
    worker.on('exit', (code) => reject(failed(`its thread ended with code ${code}`)));
    worker.on('message', (message: FromWorker) => {
      if (message.kind === 'progress') onProgress?.(message.share);
      else if (message.kind === 'trained') resolve(message.trained);
      else reject(failed(message.why));
    });
  });
}

/** Throws `training.failed` where the numbers do not fit together: the library would read past them. */
function checkRequest({ examples, held_back, rival }: TrainRequest): void {
  const { features, columns, ratios, weights } = examples;
  const rows = ratios.length;
  if (rows === 0 || columns < 1) throw failed('there are no examples');
  if (features.length !== rows * columns || weights.length !== rows)
    throw failed(`${features.length} features and ${weights.length} weights are not ${rows} rows of ${columns}`);
  if (held_back.length % columns !== 0) throw failed(`${held_back.length} values held back are not rows of ${columns}`);
  if (rival !== null && rival.columns !== columns) throw failed(`the rival takes ${rival.columns} features`);
}
