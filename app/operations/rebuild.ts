/** State of a group made again from the log, compared with the stored one. */
import { rebuild as rebuildGroup } from '../../engine/rebuild.ts';
import type { OperationsContext } from './context.ts';
import { plain } from './event-view.ts';
import type { RebuildReport } from './operations.ts';

/** `onProgress` gets the number of records folded so far. */
export async function rebuild(
  { engine, now_ms }: OperationsContext,
  { group }: { readonly group: string },
  onProgress?: (records: number) => void,
): Promise<RebuildReport> {
  const from_ms = now_ms();
  const { records, keys, differences } = await rebuildGroup(engine, group, onProgress);
  return {
    group,
    records,
    keys,
    equal: differences.length === 0,
    differences: differences.map(({ key, stored, rebuilt }) => ({
      key,
      stored: plain(stored),
      rebuilt: plain(rebuilt),
    })),
    elapsed_ms: now_ms() - from_ms,
  };
}
