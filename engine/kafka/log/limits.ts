/** Sizes and times of the log on Kafka. */

export const tail_limits = { max_wait_ms: 250, max_bytes: 16 * 1024 * 1024, max_partition_bytes: 1024 * 1024 };
/** A group that is behind reads more at a time. */
export const read_limits = { max_wait_ms: 0, max_bytes: 16 * 1024 * 1024, max_partition_bytes: 8 * 1024 * 1024 };
export const append_limits = { send_bytes: 900_000, send_within_ms: 30_000 };
/** Bytes of records that are kept of each partition. */
export const kept_bytes = 16 * 1024 * 1024;
export const trouble_pause_ms = 500;
export const empty_pause_ms = 20;
/** How often what others wrote before records of ours is looked for in vain before it is left to the tail. */
export const looks_before_own = 10;
/** A log that is to be closed tries no longer to get through to a broker that is away. */
export const hurry_within_ms = 10_000;
