/** How alike two creatives are by what they are made of. */
import type { Dna } from './extract.ts';
import { specOf, trait_names, type Aspect, type Trait, type TraitName } from './taxonomy.ts';

/** Of a trait that may have several values: what both have of what either has, each value as sure as it is. */
function shared(ours: readonly Trait[], theirs: readonly Trait[]): number {
  let both = 0;
  let either = 0;
  for (const value of new Set([...ours, ...theirs].map((one) => one.value))) {
    const a = ours.find((one) => one.value === value)?.confidence ?? 0;
    const b = theirs.find((one) => one.value === value)?.confidence ?? 0;
    both += Math.min(a, b);
    either += Math.max(a, b);
  }
  return either > 0 ? both / either : 0;
}

/** Of a trait with ordered values: 1 for the same, less by each step between them, 0 from end to end. */
function near(trait: TraitName, ours: readonly Trait[], theirs: readonly Trait[]): number {
  const { values } = specOf(trait);
  const [a, b] = [ours, theirs].map(([one]) => values.indexOf(one?.value ?? ''));
  if (a === undefined || b === undefined || a < 0 || b < 0) return ours[0]?.value === theirs[0]?.value ? 1 : 0;
  return 1 - Math.abs(a - b) / (values.length - 1);
}

const sure = (traits: readonly Trait[]): number => Math.max(0, ...traits.map(({ confidence }) => confidence));

const known = ({ traits }: Dna, trait: TraitName): readonly Trait[] =>
  traits.filter((one) => one.trait === trait && one.value !== 'unknown');

/**
 * In [0, 1], the same either way round, 1 for a DNA and itself. Traits are compared where both are known, weighted by
 * how sure the less sure one is; each aspect counts alike, so that many traits of wording do not outweigh the hook.
 * 0 where nothing is known of both, or where other rules extracted one of them.
 */
export function similarity(a: Dna, b: Dna): number {
  if (a.extractor_version !== b.extractor_version) return 0;
  const aspects = new Map<Aspect, { weight: number; alike: number }>();
  for (const trait of trait_names) {
    const ours = known(a, trait);
    const theirs = known(b, trait);
    const weight = Math.min(sure(ours), sure(theirs));
    if (weight === 0) continue;
    const spec = specOf(trait);
    const same = spec.ordered === true ? near(trait, ours, theirs) : shared(ours, theirs);
    const sums = aspects.get(spec.aspect) ?? { weight: 0, alike: 0 };
    aspects.set(spec.aspect, { weight: sums.weight + weight, alike: sums.alike + weight * same });
  }
  if (aspects.size === 0) return 0;
  const means = [...aspects.values()].map(({ weight, alike }) => alike / weight);
  return Math.min(1, means.reduce((sum, mean) => sum + mean, 0) / means.length);
}
