/** A setting that is wrong: where it was found, its value, what would be right. */
import { FlywheelError } from '../../topology/errors.ts';

/** Where a setting's value came from, as people write it: `--port`, `FLYWHEEL_PORT` or `flywheel.config.yaml: port`. */
export type Origin = string;

export class ConfigError extends FlywheelError<'config.invalid'> {
  readonly origin: Origin;

  /** `why` names the value found and its rule; `what_to_do` says what to write instead. */
  constructor(origin: Origin, why: string, what_to_do: string) {
    super('config.invalid', { origin, why, what_to_do });
    this.origin = origin;
  }
}
