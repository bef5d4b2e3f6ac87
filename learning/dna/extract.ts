/**
 * The DNA of a creative: every trait of the taxonomy with value, confidence and source, `unknown` where nothing is
 * known. A pure function of the creative: the same creative has the same DNA as long as the version stays.
 */
import type { Creative, Tag } from './creative.ts';
import { factTraits } from './facts.ts';
import { fingerprintOf } from './fingerprint.ts';
import { guessLanguage } from './language.ts';
import { meaningTraits } from './meaning.ts';
import { found, isTrait, specOf, trait_names, type Source, type Trait, type TraitName } from './taxonomy.ts';
import { copyOf, type Copy } from './text.ts';
import { bodyWords, countedTraits, englishWording } from './wording.ts';

/**
 * Raised by one with every change that gives any creative another DNA: taxonomy, rules, confidences. DNA of two
 * versions is not compared. A test holds the DNA of a set of creatives against the version.
 */
export const extractor_version = 1;

export interface Dna {
  readonly extractor_version: number;
  readonly fingerprint: string;
  /** Every trait at least once, in the order of the taxonomy, values in its order too. */
  readonly traits: readonly Trait[];
}

const first = (copy: Copy | null): Copy | null => copyOf(copy?.sentences[0] ?? null);
const there = (copy: Copy | null): copy is Copy => copy !== null;

/** A tag's trait; null where the taxonomy has none of this name, so that nothing is invented from it. */
function tagged({ trait, value, confidence, source }: Tag): Trait | null {
  if (!isTrait(trait) || value === 'unknown') return null;
  const known = specOf(trait).values.includes(value);
  return { trait, value: known ? value : 'other', confidence, source: source === 'human' ? 'human' : 'model' };
}

/** The language as given, as tagged or as guessed; null where nothing tells. */
function languageTrait(copies: readonly Copy[]): Trait | null {
  const longest = copies.reduce<Copy | null>(
    (best, copy) => (best === null || copy.words.length > best.words.length ? copy : best),
    null,
  );
  const guess = longest === null ? null : guessLanguage(longest);
  return guess === null ? null : found('language', guess.language, guess.confidence);
}

function readTraits(creative: Creative, given: readonly Trait[]): readonly Trait[] {
  const headline = copyOf(creative.headline);
  const body = copyOf(creative.primary_text);
  const overlay = copyOf(creative.overlay_text);
  const said = copyOf(creative.transcript);
  const call = copyOf(creative.call_to_action_text);
  const copies = [headline, body, overlay, said].filter(there);
  const written = headline ?? first(body) ?? overlay;
  const hooks = [written, first(said)].filter(there);
  const guessed = languageTrait([...copies, ...(call === null ? [] : [call])]);
  const language = given.find(({ trait }) => trait === 'language') ?? guessed;
  // Short copy in Latin letters may hold no common word at all: then the English rules find little, and nothing wrong.
  const english = language === null || language.value === 'en';
  const [hook] = hooks;
  return [
    ...(guessed === null ? [] : [guessed]),
    ...(hook === undefined ? [] : countedTraits(hook)),
    ...(copies.length === 0 ? [] : [bodyWords(body)]),
    ...(english && hook !== undefined ? englishWording(hook) : []),
    ...(english ? meaningTraits(hooks, copies, call) : []),
  ];
}

const strength: readonly Source[] = ['human', 'fact', 'model', 'rule'];

/**
 * What the strongest source says of a trait. A trait that may have several values takes what models and rules find
 * together; what a person or a fact says replaces both.
 */
function settle(trait: TraitName, candidates: readonly Trait[]): readonly Trait[] {
  const spec = specOf(trait);
  const by = (source: Source): readonly Trait[] => candidates.filter((one) => one.source === source);
  const sources = strength.map(by);
  const [human = [], fact = [], model = [], rule = []] = sources;
  const several = human.length > 0 ? human : fact.length > 0 ? fact : [...model, ...rule];
  const chosen = spec.many === true ? several : (sources.find((some) => some.length > 0) ?? []);
  const order = [...spec.values, 'other'];
  const best = order.flatMap((value) => {
    const same = chosen.filter((one) => one.value === value).sort((a, b) => b.confidence - a.confidence);
    return same.slice(0, 1);
  });
  if (best.length === 0) return [{ trait, value: 'unknown', confidence: 0, source: 'rule' }];
  if (spec.many === true) return best.length > 1 ? best.filter(({ value }) => value !== 'none') : best;
  return best.reduce((top, one) => (one.confidence > (top[0]?.confidence ?? -1) ? [one] : top), best.slice(0, 0));
}

export function extract(creative: Creative): Dna {
  const tags = creative.tags.map(tagged).filter((one): one is Trait => one !== null);
  const given = [...tags, ...factTraits(creative)];
  const candidates = [...given, ...readTraits(creative, given)];
  const traits = trait_names.flatMap((trait) =>
    settle(
      trait,
      candidates.filter((one) => one.trait === trait),
    ),
  );
  return { extractor_version, fingerprint: fingerprintOf(traits, extractor_version), traits };
}
