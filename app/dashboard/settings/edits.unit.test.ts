import { describe, expect, it } from 'vitest';
import { changesOf, documentOf, textOf } from './edits.ts';

const base = { words: '', limits: '', shared: false };
const fields = [
  { ...base, section: 'evidence', name: 'alpha', default: 0.05, symbols: null },
  { ...base, section: 'evidence', name: 'family', default: 'quarter', symbols: ['quarter', 'all'] },
  { ...base, section: 'allocation', name: 'half_lives_hours', default: [24], symbols: null },
];
const view = {
  version: 'v',
  in_force: true,
  account_id: null,
  document: {
    evidence: { alpha: 0.05, family: 'quarter' },
    allocation: { half_lives_hours: [24, 72] },
    accounts: { act_1: { evidence: { alpha: 0.01 } } },
  },
};

describe('edits of a policy', () => {
  it('are those fields whose value differs, whatever was typed and taken back', () => {
    const edits = { 'evidence.alpha': '0.050', 'evidence.family': 'all', 'allocation.half_lives_hours': '[24,72]' };
    expect(changesOf(view, fields, edits)).toEqual([{ field: 'evidence.family', before: 'quarter', after: 'all' }]);
  });

  it('come into the whole document, which keeps what single accounts have', () => {
    const document = documentOf(view, fields, { 'evidence.alpha': '0.02' });
    expect(document).toEqual({ ...view.document, evidence: { alpha: 0.02, family: 'quarter' } });
    expect(view.document.evidence.alpha).toBe(0.05);
  });

  it('that are no value go to the engine as they are, which says what is wrong', () => {
    expect(documentOf(view, fields, { 'evidence.alpha': 'much' })['evidence']).toMatchObject({ alpha: 'much' });
    expect([textOf([24, 72]), textOf('all'), textOf(null)]).toEqual(['[24,72]', 'all', 'null']);
  });
});
