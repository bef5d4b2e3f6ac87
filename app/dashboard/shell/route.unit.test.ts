import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { linkTo } from '../../cli/decision-lines.ts';
import { hrefTo, hrefToDecision, parseRoute } from './route.ts';

describe('an address', () => {
  it('leads back to what it was made from, whatever characters that holds', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { maxLength: 4 }), fc.string(), (rest, status) => {
        const route = parseRoute(hrefTo('experiments', rest, { status, after: null }));
        expect(route).toEqual({ view: 'experiments', rest, query: { status } });
      }),
    );
  });

  it('printed by the command line opens that decision', () => {
    const id = 'auto-promoter.evidence/1/ad.metrics/0/99/0';
    const { hash } = new URL(linkTo('http://127.0.0.1:4747', id));
    expect(hash).toBe(hrefToDecision(id));
    expect(parseRoute(hash).rest.join('/')).toBe(id);
  });

  it('without a view is the overview; an unknown one is told apart; a cut escape is taken as it stands', () => {
    expect(parseRoute('').view).toBe('overview');
    expect(parseRoute('#/').view).toBe('overview');
    expect(parseRoute('#/nowhere').view).toBeNull();
    expect(parseRoute('#/experiments/a%2').rest).toEqual(['a%2']);
  });
});
