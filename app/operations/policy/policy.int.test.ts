import { beforeEach, describe, expect, it } from 'vitest';
import { defaultPolicy, parsePolicy, policyText } from '../../../policy/document.ts';
import { startDouble, type Double } from '../doubles.ts';

const stricter = { evidence: { alpha: 0.01 }, accounts: { act_7: { fatigue: { threshold: 8 } } } };
const { version } = parsePolicy(stricter);

let double: Double;
let operations: Double['operations'];
beforeEach(async () => {
  double = await startDouble(Date.UTC(2026, 0, 5));
  ({ operations } = double);
});

describe('a policy', () => {
  it('that nobody changed is the one that is built in', async () => {
    expect(await operations.policy({})).toMatchObject({
      version: defaultPolicy.version,
      in_force: true,
      account_id: null,
      document: { evidence: { alpha: 0.05 } },
    });
    expect(await operations.policy_history()).toEqual([]);
  });

  it('that is proposed can be read and compared, and changes nothing', async () => {
    const proposed = await operations.propose_policy({ document: stricter, by: 'Ada', reason: 'fewer false winners' });
    expect(proposed).toEqual({
      version,
      against: defaultPolicy.version,
      published: true,
      changes: [
        { field: 'evidence.alpha', before: 0.05, after: 0.01 },
        { field: 'accounts.act_7.fatigue.threshold', before: null, after: 8 },
      ],
    });
    expect((await operations.policy({})).version).toBe(defaultPolicy.version);
    expect(await operations.policy({ version })).toMatchObject({ in_force: false, document: stricter });
    expect(await operations.policy({ version, account_id: 'act_7' })).toMatchObject({
      account_id: 'act_7',
      document: { evidence: { alpha: 0.01 }, fatigue: { threshold: 8 } },
    });
    expect(await operations.policy_history()).toMatchObject([
      {
        kind: 'proposed',
        version,
        in_force: false,
        by: 'Ada',
        reason: 'fewer false winners',
        changes: proposed.changes,
      },
    ]);
  });

  it('is proposed once on the same ground', async () => {
    await operations.propose_policy({ document: stricter });
    expect(await operations.propose_policy({ document: stricter })).toMatchObject({ version, published: false });
    expect(await operations.policy_history()).toHaveLength(1);
  });

  it('comes into force by an event that says who and why, and is followed by one that was in force before', async () => {
    await operations.propose_policy({ document: {} });
    await operations.propose_policy({ document: stricter });
    expect(await operations.activate_policy({ version, by: 'Ada', reason: 'agreed' })).toMatchObject({
      published: true,
    });
    expect(await operations.activate_policy({ version })).toMatchObject({ published: false });
    await double.driver.settle();
    expect((await operations.policy({})).version).toBe(version);
    double.driver.clock.advance(1_000);
    await operations.activate_policy({ version: defaultPolicy.version, by: 'Bo' });
    expect((await operations.policy_history()).filter(({ kind }) => kind === 'activated')).toMatchObject([
      { version: defaultPolicy.version, in_force: true, against: version, by: 'Bo', reason: null },
      { version, in_force: false, against: null, by: 'Ada', reason: 'agreed' },
    ]);
  });

  it('that was written on another ground than what holds now is refused, unless it is asked for anyway', async () => {
    const { version: other } = await operations.propose_policy({ document: { evidence: { min_lift: 0.1 } } });
    await operations.propose_policy({ document: stricter });
    double.driver.clock.advance(1_000);
    await operations.activate_policy({ version });
    await expect(operations.activate_policy({ version: other })).rejects.toMatchObject({ code: 'policy.outdated' });
    expect(await operations.activate_policy({ version: other, anyway: true })).toMatchObject({ published: true });
    // What was in force once may come back: nothing is undone that nobody has seen.
    expect(await operations.activate_policy({ version })).toMatchObject({ published: true });
  });

  it('that never was, or cannot be one, is refused by name', async () => {
    await expect(operations.policy({ version: 'aaaaaaaaaaaa' })).rejects.toMatchObject({ code: 'policy.unknown' });
    await expect(operations.activate_policy({ version: 'aaaaaaaaaaaa' })).rejects.toMatchObject({
      code: 'policy.unknown',
    });
    const wrong = operations.propose_policy({ document: { evidence: { alpha: 7 } } });
    await expect(wrong).rejects.toMatchObject({ code: 'policy.invalid', message: /evidence\.alpha is 7/ });
    await expect(operations.propose_policy({ document: stricter, by: '\u0007' })).rejects.toThrow('proposed_by');
  });

  it('in the log that groups refused is passed over', async () => {
    const broken = { ...policyText(parsePolicy(stricter)), version: 'aaaaaaaaaaaa' };
    await double.driver.engine.publish({
      source: 'test',
      position: null,
      events: [
        {
          topic: 'policy.proposed',
          value: { ...broken, based_on: 'x', proposed_by: null, reason: null, proposed_ms: Date.UTC(2026, 0, 5) },
        },
      ],
    });
    expect(await operations.policy_history()).toEqual([]);
  });
});
