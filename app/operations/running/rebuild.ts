/** State of a group made again from the log, compared with the stored one. */
import { rebuild as rebuildGroup, type RebuildOptions } from '../../../engine/state/rebuild.ts';
import type { OperationsContext } from '../context.ts';
import { plain } from '../events/view.ts';
import type { RebuildReport } from '../operations.ts';

/** `onProgress` gets the number of records folded so far; `replace` as of the engine. */
export async function rebuild(
  { engine, now_ms }: Pick<OperationsContext, 'engine' | 'now_ms'>,
  { group }: { readonly group: string },
  options: RebuildOptions = {},
): Promise<RebuildReport> {
  const from_ms = now_ms();
  const { records, keys, differences, unread, replaced } = await rebuildGroup(engine, group, options);
  return {
    group,
    records,
    keys,
    equal: differences.length === 0,
    differences: differences.map((one) => ({ ...one, stored: plain(one.stored), rebuilt: plain(one.rebuilt) })),
    unread,
    replaced,
    elapsed_ms: now_ms() - from_ms,
  };
}
