/** Changes the speed of the source's clock. */
import { FlywheelError } from '../../../topology/errors.ts';
import type { OperationsContext } from '../context.ts';
import type { SourceStatus, Speed } from '../operations.ts';

export function setSpeed({ source }: OperationsContext, { speed }: { readonly speed: Speed }): SourceStatus {
  if (source.status().kind === 'none')
    throw new FlywheelError('usage.invalid', {
      why: 'no source is running, so there is no speed to set',
      what_to_do: 'start with --source simulated or --replay FILE',
    });
  if (speed !== 'max' && !(speed >= 0))
    throw new FlywheelError('usage.invalid', {
      why: `speed must be 0 or more, or max; it is ${String(speed)}`,
      what_to_do: 'use 0 to pause, 1 for real time',
    });
  source.setSpeed(speed);
  return source.status();
}
