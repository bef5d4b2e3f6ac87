import { describe, expect, it } from 'vitest';
import { extraction, extractionMeasures, headlineLabels, type HeadlineLabel } from './extraction.ts';

const label = (package_id: string, traits: HeadlineLabel['traits']): HeadlineLabel => ({
  package_id,
  part: 'held_out',
  hook: [],
  emotion: ['neutral'],
  traits,
});

describe('the extraction evaluation', () => {
  it('counts what rules find and a person does not, and the reverse', () => {
    const labels = [label('a', ['number']), label('b', ['number']), label('c', []), label('gone', ['number'])];
    const headlines = new Map([
      ['a', '9 coats'],
      ['b', 'A pair of coats'],
      ['c', 'The 9th coat'],
    ]);
    const measures = extractionMeasures(labels, headlines);
    const of = (name: string) =>
      measures.find(
        (one) => one.name === name && one.labels['trait'] === 'number' && one.labels['part'] === 'held_out',
      );
    expect(of('precision')).toMatchObject({ value: 0.5, n: 2, labels: { value: 'yes' } });
    expect(of('recall')).toMatchObject({ value: 0.5, n: 2 });
    expect(of('prevalence')).toMatchObject({ value: 2 / 3, n: 3 });
    expect(of('recall')?.low).toBeCloseTo(0.0126, 3);
    expect(measures.find((one) => one.name === 'headlines' && one.labels['part'] === 'held_out')?.value).toBe(3);
  });

  it('has at least 200 labels, each of a package once, a hundred and more of them held out, and no text', () => {
    const labels = headlineLabels();
    expect(labels.length).toBeGreaterThanOrEqual(200);
    expect(new Set(labels.map(({ package_id }) => package_id)).size).toBe(labels.length);
    expect(labels.filter(({ part }) => part === 'held_out').length).toBeGreaterThan(100);
    for (const { package_id } of labels) expect(package_id).toMatch(/^[0-9a-f]{12}$/);
  });

  it('says what it needs when it gets no data', async () => {
    await expect(extraction.run({ seed: 1, quick: true })).rejects.toThrow(/--data/);
  });
});
