/**
 * Who of a group's members has which partitions: partition p of all the topics that the group reads goes to one member,
 * since state is kept by partition. (kafkajs's own assigner deals partitions out topic by topic.) As even as can be, and
 * who has a partition keeps it as long as that allows, because taking one over costs its state's way into memory.
 */

export interface Member {
  readonly id: string;
  /** Partitions that it has at the moment, as far as it says. */
  readonly owned: readonly number[];
}

/** Partitions by member. Members and partitions in any order give the same. */
export function assigned(members: readonly Member[], partitions: number): ReadonlyMap<string, readonly number[]> {
  const sorted = members.toSorted((a, b) => (a.id < b.id ? -1 : 1));
  const shares = kept(sorted, partitions);
  const taken = new Set([...shares.values()].flat());
  const left = Array.from({ length: partitions }, (_, p) => p).filter((p) => !taken.has(p));
  const least = Math.floor(partitions / sorted.length);
  for (const most of [least, least + 1])
    for (const { id } of sorted) {
      const share = shares.get(id) ?? [];
      while (share.length < most && left.length > 0) share.push(...left.splice(0, 1));
    }
  for (const share of shares.values()) share.sort((a, b) => a - b);
  return shares;
}

/** What members keep of what they have. Those who have most keep most, so that fewest partitions move. */
function kept(sorted: readonly Member[], partitions: number): Map<string, number[]> {
  const shares = new Map<string, number[]>(sorted.map(({ id }) => [id, []]));
  const least = Math.floor(partitions / sorted.length);
  /** Members that may have one more than the least. */
  let extra = partitions % sorted.length;
  const taken = new Set<number>();
  for (const { id, owned } of sorted.toSorted((a, b) => b.owned.length - a.owned.length)) {
    const free = [...new Set(owned)].filter((p) => p >= 0 && p < partitions && !taken.has(p)).sort((a, b) => a - b);
    const share = free.slice(0, least + (extra > 0 ? 1 : 0));
    if (share.length > least) extra--;
    for (const p of share) taken.add(p);
    shares.set(id, share);
  }
  return shares;
}
