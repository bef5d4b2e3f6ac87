/** The thread in which trees are trained: one request, then it is ended. */
import { parentPort, workerData } from 'node:worker_threads';
import type { TrainRequest } from '../port.ts';
import { libraryError, loadLibrary } from './library.ts';
import type { FromWorker } from './messages.ts';
import { train } from './work.ts';

const tell = (message: FromWorker): void => parentPort?.postMessage(message);

/** Our own thread gave it; it was checked there. */
const request: TrainRequest = workerData;

try {
  const library = await loadLibrary();
  tell({ kind: 'trained', trained: train(library, request, (share) => tell({ kind: 'progress', share })) });
} catch (error) {
  tell({ kind: 'failed', why: libraryError(error).message });
}
