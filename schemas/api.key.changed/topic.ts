import { gateway_writes, topic } from '../../topology/topic.ts';
import type { ApiKeyChanged } from '../generated/types.ts';
import { all, broken, eachId, ids, optionalBetween, text, times, type Rule } from '../rules/index.ts';
import { earliest_ms } from '../rules/times.ts';

const digest: Rule<Pick<ApiKeyChanged, 'secret_sha256'>> = ({ secret_sha256 }) =>
  /^[0-9a-f]{64}$/.test(secret_sha256)
    ? undefined
    : broken('secret_sha256', secret_sha256, 'must be 64 hexadecimal digits', 'make keys with flywheel keys create');

const latest_ms = Date.UTC(2200, 0);

export const apiKeyChanged = topic<ApiKeyChanged>()({
  name: 'api.key.changed',
  partitionKey: 'key_id',
  version: 1,
  retention: { keep_ms: 'forever', compactBy: ['key_id'] },
  description: 'A key of the API was made or revoked.',
  writtenBy: gateway_writes,
  readBy: 'every instance of the gateway, to know who asks',
  check: all<ApiKeyChanged>(
    ids('key_id', 'changed_by'),
    text('name', 1, 128),
    eachId('accounts'),
    digest,
    times('created_ms'),
    optionalBetween('expires_ms', earliest_ms, latest_ms, 'give UTC epoch milliseconds, or null'),
    optionalBetween('revoked_ms', earliest_ms, latest_ms, 'give UTC epoch milliseconds, or null'),
  ),
});
