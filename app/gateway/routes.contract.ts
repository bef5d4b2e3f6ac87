/**
 * Every route on a running system, whatever engine it has: its answer is valid by the document, and says what the history
 * of the account implies.
 */
import { describe, expect, it } from 'vitest';
import type { RunningProgram } from '../../testing/running-program.ts';
import { token } from '../../testing/running-program.ts';
import type { Given } from './route.ts';
import type { Answer, Contract } from './testing/contract.ts';
import { impliedOfLoops, impliedOfOurs, ofAct, ofAd, ofExperiment } from './testing/implied.ts';

export const bearer = { authorization: `Bearer ${token}` };

/** Asks a route; an answer that is not as the document says fails the test. */
export async function askedOf(contract: Contract, id: string, given: Given): Promise<Answer> {
  const answer = await contract.ask(id, given, bearer);
  expect({ id, breaches: contract.breaches(id, answer) }).toEqual({ id, breaches: [] });
  return answer;
}

/** `on`: a program that has lived through three days of the account. */
export interface Contracted {
  readonly program: RunningProgram;
  readonly contract: Contract;
}

/**
 * `on`: a program that has lived through three days of the account. `refused`: operations that this engine refuses, with
 * their status.
 */
export function routesContract(
  engine: string,
  on: () => Contracted,
  refused: Readonly<Record<string, number>> = {},
): void {
  const ask = (id: string, given: Given): Promise<Answer> => askedOf(on().contract, id, given);

  describe(`each route of a system running on ${engine} answers as the document says, with what its history implies`, () => {
    it.each(Object.entries(impliedOfLoops))('%s', async (id, { given, status = 200, implies }) => {
      const { body, ...answer } = await ask(id, given);
      expect({ status: answer.status, body }).toMatchObject({ status, body: implies });
    });

    it.each(Object.entries(impliedOfOurs))('%s', async (id, { given, status = 200, implies }) => {
      const { body, ...answer } = await ask(id, given);
      expect({ status: answer.status, body }).toMatchObject({ status, body: implies });
    });

    it('and none is left out', () => {
      const asked = [...Object.keys(impliedOfLoops), ...Object.keys(impliedOfOurs), 'publish_events', 'live'];
      const { contract } = on();
      const left = contract.routes.filter(({ path }) => !path.startsWith('/api/operations/')).map(({ id }) => id);
      expect(left.sort()).toEqual(asked.sort());
      const seed = contract.routes.filter(({ path }) =>
        /^\/api\/ml\/(rag|ab|cross-learning|dna|compound|actuals|auto-promote|self-learning-cycle)/.test(path),
      );
      expect(seed.length).toBeGreaterThanOrEqual(33);
    });

    it('operations too', async () => {
      const given: Record<string, Given> = {
        experiment: ofExperiment,
        why_won: { ...ofAct, experiment_id: 'exp0', ad_id: 'exp0-q' },
        score_ad: ofAd,
        fetch_actuals: { ...ofAct, ad_ids: ['exp0-q'] },
        follow: { id: 'ad.created/1/0' },
        query: { sql: 'SELECT count() FROM ad_created' },
        publish: { topic: 'ad.metrics', ndjson: '' },
        set_speed: { speed: 1 },
      };
      for (const { id, path, example } of on().contract.routes) {
        if (!path.startsWith('/api/operations/')) continue;
        const name = path.replace('/api/operations/', '');
        const { status } = await ask(id, given[name] ?? { ...example, ...('account_id' in example ? ofAct : {}) });
        const missing = [
          'dead_letter',
          'redrive',
          'discard',
          'explain',
          'run_again',
          'save_case',
          'revoke_key',
          'decide_variation',
          'activate_policy',
        ].includes(name);
        // Nothing plays here that could be faster, no model was trained, and there is no platform to ask.
        expect({ id, status }).toEqual({
          id,
          status:
            refused[name] ?? (missing ? 404 : ['set_speed', 'roll_back_model', 'reconcile'].includes(name) ? 400 : 200),
        });
      }
    });
  });
}
