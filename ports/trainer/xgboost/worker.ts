/** The thread in which trees are trained: one request, then it is ended. */
import { constants, setPriority } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import type { TrainRequest } from '../port.ts';
import { libraryError, loadLibrary } from './library.ts';
import type { FromWorker } from './messages.ts';
import { train } from './work.ts';

const tell = (message: FromWorker): void => parentPort?.postMessage(message);

/** Our own thread gave it; it was checked there. */
const request: TrainRequest = workerData;

// The stream goes first. On Linux a priority is that of the thread that sets it; elsewhere it would be the whole process's.
if (process.platform === 'linux') setPriority(0, constants.priority.PRIORITY_LOW);

try {
  const library = await loadLibrary();
  tell({ kind: 'trained', trained: train(library, request, (share) => tell({ kind: 'progress', share })) });
} catch (error) {
  tell({ kind: 'failed', why: libraryError(error).message });
}
