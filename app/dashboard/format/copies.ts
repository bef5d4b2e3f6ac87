/** Records of a topic, each counted once: of one without a key every partition has a copy. */
import type { Status } from '../../operations/operations.ts';

type Topic = Status['topics'][number];

export const once = ({
  records,
  records_per_s,
  copies,
}: Topic): { readonly records: number; readonly records_per_s: number } => ({
  records: Math.round(records / copies),
  records_per_s: records_per_s / copies,
});
