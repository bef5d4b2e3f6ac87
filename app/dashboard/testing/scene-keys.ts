/** Keys of the scene: one that works, one that was revoked; more can be made. */
import type { KeyView } from '../../access/keys.ts';
import { FlywheelError } from '../../../topology/errors.ts';
import type { Operations } from '../../operations/operations.ts';
import { scene_ms } from './scene-experiments.ts';

const day_ms = 86_400_000;

const keyOf = (key_id: string, name: string, over: Partial<KeyView> = {}): KeyView => ({
  key_id,
  name,
  role: 'operator',
  accounts: ['act_10001'],
  created_ms: scene_ms - 10 * day_ms,
  expires_ms: scene_ms + 80 * day_ms,
  revoked_ms: null,
  changed_by: 'local',
  status: 'active',
  ...over,
});

export function sceneKeys(): Pick<Operations, 'list_keys' | 'create_key' | 'revoke_key'> {
  let keys: readonly KeyView[] = [
    keyOf('aa0000000000000001', 'exporter'),
    keyOf('aa0000000000000002', 'old script', { status: 'revoked', revoked_ms: scene_ms - day_ms, accounts: [] }),
  ];
  return {
    list_keys: async () => keys,
    create_key: async ({ name, role, accounts = [], days = 90 }) => {
      const key_id = `bb000000000000000${keys.length}`;
      const expires_ms = days === null ? null : scene_ms + days * day_ms;
      const made = keyOf(key_id, name, { role, accounts, created_ms: scene_ms, expires_ms });
      keys = [made, ...keys];
      return { ...made, key: `fw_${key_id}_${'S'.repeat(43)}` };
    },
    revoke_key: async ({ key_id }) => {
      const found = keys.find((key) => key.key_id === key_id);
      if (found === undefined) throw new FlywheelError('key.unknown', { id: key_id });
      const revoked: KeyView = { ...found, status: 'revoked', revoked_ms: scene_ms };
      keys = keys.map((key) => (key.key_id === key_id ? revoked : key));
      return revoked;
    },
  };
}
