/** How our processes are run and join, the same in every part of the bench. */

/** Room for young objects, MB: batches are large, and what outlives a small room is copied again and again. */
export const node_flags: readonly string[] = ['--max-semi-space-size=64'];

/** Time without heartbeat after which an instance is taken for dead. */
export const session_ms = 10_000;
