/** Kafka's default partitioner: murmur2 of the key, so that foreign producers and ours agree on partitions. */
const seed = 0x9747b28c;
const m = 0x5bd1e995;
const encoder = new TextEncoder();

/** 32-bit murmur2 as the Java client computes it (`org.apache.kafka.common.utils.Utils#murmur2`). */
export function murmur2(bytes: Uint8Array): number {
  const length = bytes.length;
  let h = seed ^ length;
  let i = 0;
  for (; i + 4 <= length; i += 4) {
    let k = byte(bytes, i) | (byte(bytes, i + 1) << 8) | (byte(bytes, i + 2) << 16) | (byte(bytes, i + 3) << 24);
    k = Math.imul(k, m);
    k ^= k >>> 24;
    k = Math.imul(k, m);
    h = Math.imul(h, m) ^ k;
  }
  const rest = length - i;
  if (rest >= 3) h ^= byte(bytes, i + 2) << 16;
  if (rest >= 2) h ^= byte(bytes, i + 1) << 8;
  if (rest >= 1) {
    h ^= byte(bytes, i);
    h = Math.imul(h, m);
  }
  h ^= h >>> 13;
  h = Math.imul(h, m);
  return h ^ (h >>> 15);
}

const byte = (bytes: Uint8Array, i: number): number => bytes[i] ?? 0;

/** Bound of the memo below: keys are account ids, of which a process sees few. */
const memo_size = 100_000;

/** Partition of a record key, remembered, because every record of an account asks the same. */
export function partitioner(partitions: number): (key: string) => number {
  const memo = new Map<string, number>();
  return (key) => {
    let partition = memo.get(key);
    if (partition === undefined) {
      partition = (murmur2(encoder.encode(key)) & 0x7fffffff) % partitions;
      if (memo.size >= memo_size) memo.clear();
      memo.set(key, partition);
    }
    return partition;
  };
}
