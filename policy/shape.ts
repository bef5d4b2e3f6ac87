/** What a section's rules have to be. */
import type { z } from 'zod';

/** A rule for every field of `T`, and for no other: a field without one does not compile. */
export type Shape<T> = { readonly [K in keyof T]-?: z.ZodType<T[K]> };
