/** What a change does, in words. */
import type { Change } from './state.ts';

export function wordsOf({ legs, seen }: Change): string {
  const parts = legs.map(({ level, id, from_minor, to_minor, to_status }) =>
    level === 'ad'
      ? `${id} ${to_status === 'PAUSED' ? 'off' : 'on'}`
      : `${id} from ${from_minor ?? 0} to ${to_minor ?? 0}`,
  );
  const unit = seen === null ? '' : ` (minor units of ${seen.currency})`;
  const warnings = (seen?.warnings ?? []).map((warning) => ` Warning: ${warning}.`);
  return `${parts.join(', ')}${unit}.${warnings.join('')}`;
}
