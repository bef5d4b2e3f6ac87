import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import { empty_corpus, learnCorpus, rarity } from './corpus.ts';
import { mutualInformation } from './cooccurrence.ts';
import { cosine, embed, learnEmbedding } from './embedding.ts';
import { feature_count, groups, headlineVectors } from './layout.ts';
import { lexiconCounts, topics, wordClass } from './lexicon.ts';
import { characterBuckets, wordBuckets } from './ngrams.ts';
import { rival_names, rivalFeatures } from './rivals.ts';
import { addTo, dot, sparse } from './sparse.ts';
import { style_names, stylometrics } from './style.ts';
import { normalise, tokenise, withoutMarkup } from './tokens.ts';
import { leadingVectors } from './truncated-svd.ts';

describe('tokens', () => {
  it('are words, numbers and the marks that carry tone, in plain form', () => {
    expect(tokenise('She Didn’t Pay $1,200… “Why?” 50% — No!')).toEqual(
      ['she', "didn't", 'pay', '$', '1,200', '...', '"', 'why', '?', '"', '50%', 'no', '!'], // prettier-ignore
    );
    expect(withoutMarkup('<p>One &amp; two</p>').trim()).toBe('One   two');
  });

  it('do not change when a text is normalised twice', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(normalise(normalise(text))).toBe(normalise(text));
      }),
    );
  });
});

describe('hashed n-grams', () => {
  it('are as many as there are different n-grams, ends included', () => {
    expect(wordBuckets(['a', 'b', 'a', 'b'], 1, 2 ** 20).size).toBe(2);
    expect(wordBuckets(['a', 'b'], 2, 2 ** 20).size).toBe(3);
    // Of " abc ": three of 3, two of 4, one of 5.
    expect(characterBuckets('abc', 3, 5, 2 ** 20).size).toBe(6);
  });

  it('fall into the table, and texts that share one share its bucket', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        for (const bucket of characterBuckets(text, 3, 5, 64)) expect(bucket).toBeGreaterThanOrEqual(0);
        for (const bucket of characterBuckets(text, 3, 5, 64)) expect(bucket).toBeLessThan(64);
      }),
    );
    const [shared] = wordBuckets(['cat'], 1, 2 ** 20);
    expect(wordBuckets(['the', 'cat'], 1, 2 ** 20).has(shared ?? -1)).toBe(true);
    const [space_cat] = characterBuckets('ca', 3, 3, 2 ** 20);
    expect(characterBuckets('the cat', 3, 3, 2 ** 20).has(space_cat ?? -1)).toBe(true);
  });
});

describe('a sparse vector', () => {
  it('keeps what is not zero, in order, for inner products and sums', () => {
    const vector = sparse(
      new Map([
        [11, 2],
        [3, -1],
        [7, 0],
      ]),
    );
    expect([...vector.indices]).toEqual([3, 11]);
    const dense = new Float64Array(12).fill(2);
    expect(dot(vector, dense)).toBe(2);
    addTo(dense, vector, 10);
    expect([dense[3], dense[7], dense[11]]).toEqual([-8, 2, 22]);
  });
});

describe('features of one headline', () => {
  it('count what they are named for', () => {
    const text = 'Why Did 3 People Say NO?';
    const values = stylometrics(text, tokenise(text));
    const of = (name: string): number | undefined => values[style_names.indexOf(name)];
    expect(of('words')).toBe(6);
    expect(of('characters')).toBe(24);
    expect(of('question_marks')).toBe(1);
    expect(of('words_in_capitals')).toBe(1);
    expect(of('log_first_number')).toBeCloseTo(Math.log(4), 12);
    expect(of('very_short')).toBe(1);
  });

  it('count words of each category, and know a word by its class', () => {
    const counts = lexiconCounts(topics, ['doctor', 'hospital', 'xyzzy']);
    expect(counts[topics.names.indexOf('health')]).toBe(2);
    expect(wordClass('xyzzy')).toBe('xyzzy');
    expect(wordClass('1,204')).toBe('NUM');
  });
});

describe('features beside rivals', () => {
  it('compare a headline with the others of its test', () => {
    const contenders = ['one two', 'one two three four', 'five'].map((text) => ({ text, tokens: tokenise(text) }));
    const rows = rivalFeatures(contenders, empty_corpus);
    const of = (i: number, name: (typeof rival_names)[number]): number | undefined =>
      rows[i]?.[rival_names.indexOf(name)];
    // Jaccard: 2 of 4 words shared with the second, 0 with the third.
    expect(of(0, 'mean_jaccard')).toBeCloseTo(0.25, 12);
    expect([0, 1, 2].map((i) => of(i, 'length_rank'))).toEqual([0.5, 1, 0]);
    expect([0, 1, 2].map((i) => of(i, 'longest'))).toEqual([0, 1, 0]);
    expect(of(1, 'words_of_its_own')).toBe(2);
    expect(of(1, 'share_of_words_shared')).toBe(0.5);
  });
});

describe('the language of a corpus', () => {
  it('knows how rare a word is, in nats', () => {
    const corpus = learnCorpus(['a b', 'a c', 'a c'], 1);
    // 4 words of 2 different texts; a twice.
    expect(rarity(corpus, 'a')).toBeCloseTo(Math.log(5 / 3), 12);
    expect(rarity(corpus, 'unseen')).toBeCloseTo(Math.log(5), 12);
  });

  it('finds mutual information of a hand-worked corpus', () => {
    // Text 0 1: both directions count 1; n_0 = n_1 = 1, contexts 1 each, so PPMI = ln(1 · 2 / (1 · 1)).
    const { values } = mutualInformation([Int32Array.of(0, 1)], 2, 2);
    expect([...values].map((x) => x.toFixed(9))).toEqual([Math.LN2.toFixed(9), Math.LN2.toFixed(9)]);
  });

  it('has leading vectors that rebuild a matrix of low rank', () => {
    const u = Float64Array.from({ length: 40 }, (_, i) => Math.sin(i + 1));
    const rows = Int32Array.from({ length: 1_600 }, (_, e) => Math.floor(e / 40));
    const columns = Int32Array.from({ length: 1_600 }, (_, e) => e % 40);
    const values = Float64Array.from(rows, (row, e) => (u[row] ?? 0) * (u[columns[e] ?? 0] ?? 0));
    const found = leadingVectors({ size: 40, rows, columns, values }, 2, 7);
    for (let i = 0; i < 40; i += 7)
      for (let j = 0; j < 40; j += 7) {
        const inner = [0, 1].reduce((sum, c) => sum + (found[i * 2 + c] ?? 0) * (found[j * 2 + c] ?? 0), 0);
        expect(inner).toBeCloseTo((u[i] ?? 0) * (u[j] ?? 0), 4);
      }
  });

  it('puts words of the same company nearer than words of another', () => {
    const animals = ['cat', 'dog', 'fox', 'hen', 'pig', 'cow'];
    const tools = ['saw', 'axe', 'nail', 'drill', 'file', 'vice'];
    const texts = [animals, tools].flatMap((words) =>
      words.flatMap((a) => words.filter((b) => b !== a).map((b) => [a, b])),
    );
    const embedding = learnEmbedding(texts, { window: 4, dimensions: 2, seed: 3 });
    expect(embedding).not.toBeNull();
    if (embedding === null) return;
    const vector = (word: string): Float64Array => embed(embedding, [word]);
    expect(cosine(vector('cat'), vector('dog'))).toBeGreaterThan(cosine(vector('cat'), vector('axe')) + 0.5);
    expect(cosine(vector('unseen'), vector('cat'))).toBe(0);
  });
});

describe('the joint index space', () => {
  it('gives every group its own indices, none twice', () => {
    let from = 0;
    for (const group of groups.values()) {
      expect(group.from).toBe(from);
      from = group.to;
    }
    expect(from).toBe(feature_count);
  });

  it('gives a headline features of all groups that need no corpus', () => {
    const [vector] = headlineVectors(['Why doctors say no', 'Another'], empty_corpus);
    for (const name of ['words', 'word_pairs', 'characters', 'class_pairs', 'style', 'topics', 'rivals'] as const) {
      const group = groups.get(name);
      expect([...(vector?.indices ?? [])].some((i) => i >= (group?.from ?? 0) && i < (group?.to ?? 0))).toBe(true);
    }
  });
});
