/** Whether a port can be had, asked before anything else is opened. */
import { createServer } from 'node:net';
import { FlywheelError } from '../../topology/errors.ts';

/** Rejects with `port.busy`, which names the flag, when something listens there. */
export function assertPortFree(host: string, port: number): Promise<void> {
  if (port === 0) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', (error: NodeJS.ErrnoException) => {
      if (error.code === 'EADDRINUSE') reject(new FlywheelError('port.busy', { port }));
      else if (error.code === 'EACCES')
        reject(
          new FlywheelError('config.invalid', {
            origin: '--port',
            why: `this user may not listen on port ${port}`,
            what_to_do: 'choose one above 1023',
          }),
        );
      else reject(error);
    });
    server.listen(port, host, () => server.close(() => resolve()));
  });
}
