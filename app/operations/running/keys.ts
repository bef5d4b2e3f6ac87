/** Keys of the API, as commands ask for them. */
import { z } from 'zod';
import { roles, localPrincipal } from '../../access/principal.ts';
import type { KeyView } from '../../access/keys.ts';

const text = z.string();
const num = z.number();

const most_days = 3_650;

export const newKeyShape = z.strictObject({
  name: z.string().min(1).max(128),
  role: z.enum(roles),
  accounts: z.array(z.string().min(1).max(128)).min(1).max(1_000).exactOptional(),
  days: z.int().min(1).max(most_days).nullable().exactOptional(),
});

export type NewKeyRequest = z.output<typeof newKeyShape>;

const view = {
  key_id: text,
  name: text,
  role: z.enum(roles),
  accounts: z.array(text),
  created_ms: num,
  expires_ms: num.nullable(),
  revoked_ms: num.nullable(),
  changed_by: text,
  status: z.enum(['active', 'expired', 'revoked']),
};

export const keyView: z.ZodType<KeyView> = z.object(view);
export const newKey: z.ZodType<KeyView & { readonly key: string }> = z.object({ ...view, key: text });

/** Whoever runs a command is this user. */
export const by_command = localPrincipal.id;
