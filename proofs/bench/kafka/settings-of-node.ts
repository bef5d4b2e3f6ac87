/** How our processes are run and join, the same in every part of the bench. */

/**
 * Room for young objects, MB. With 64 each collection stood still for 15 to 30 ms at 5,000 events/s on two busy cores (p99
 * of the latency 74 to 80 ms, with 16 it was 44 to 49, in turns), and the memory of an instance was a tenth larger;
 * throughput was the same.
 */
export const node_flags: readonly string[] = ['--max-semi-space-size=16'];

/** Time without heartbeat after which an instance is taken for dead. */
export const session_ms = 10_000;
