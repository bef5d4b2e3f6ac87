import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headlineOnly, type Creative, type Tag } from './creative.ts';
import { extract } from './extract.ts';
import { specOf, trait_names, type TraitName } from './taxonomy.ts';

const blank: Creative = { ...headlineOnly(''), headline: null };
const valuesOf = (creative: Creative, trait: TraitName): readonly string[] =>
  extract(creative)
    .traits.filter((one) => one.trait === trait)
    .map(({ value }) => value);
const ofHeadline = (headline: string, trait: TraitName): readonly string[] => valuesOf(headlineOnly(headline), trait);

const tag = (trait: string, value: string, source = 'human', confidence = 1): Tag => ({
  trait,
  value,
  confidence,
  source,
});

describe('a DNA', () => {
  it('names every trait of the taxonomy in its order, and of a creative without anything known each is unknown', () => {
    const { traits } = extract(blank);
    expect(traits.map(({ trait }) => trait)).toEqual(trait_names);
    for (const { value, confidence } of traits) expect([value, confidence]).toEqual(['unknown', 0]);
  });

  it('of any copy keeps to the vocabulary, gives one value where only one can be, and is the same again', () => {
    const copy = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 200 }),
      fc.lorem({ maxCount: 30 }),
      fc.constant(null),
    );
    fc.assert(
      fc.property(copy, copy, copy, (headline, primary_text, transcript) => {
        const creative = { ...blank, headline, primary_text, transcript };
        const { traits } = extract(creative);
        for (const trait of trait_names) {
          const spec = specOf(trait);
          const own = traits.filter((one) => one.trait === trait);
          expect(own.length).toBeGreaterThan(0);
          expect(new Set(own.map(({ value }) => value)).size).toBe(own.length);
          if (spec.many !== true) expect(own).toHaveLength(1);
          for (const { value, confidence } of own) {
            expect([...spec.values, 'other', 'unknown']).toContain(value);
            expect(confidence).toBeGreaterThanOrEqual(0);
            expect(confidence).toBeLessThanOrEqual(1);
            expect(value === 'unknown').toBe(confidence === 0);
          }
        }
        expect(extract(creative)).toEqual(extract(creative));
      }),
      { numRuns: 200 },
    );
  });
});

describe('a hook', () => {
  it.each<[string, TraitName, readonly string[]]>([
    ['Is your coat heavier than your dog?', 'hook', ['direct_address', 'question']],
    ['9 reasons to switch your phone plan', 'hook', ['listicle', 'reasons_why']],
    ['Shop now: 40% off ends tonight', 'hook', ['cta_first', 'directive', 'offer_only', 'urgency']],
    ['Doctors recommend it. 93% of patients agree.', 'hook', ['authority', 'statistic']],
    ['A teacher told her students a secret. What happened next', 'hook_family', ['curiosity', 'story']],
    ['How to sleep in ten minutes', 'hook_family', ['curiosity']],
    ['Eggs slide. Steaks sear.', 'hook_family', ['unknown']],
  ])('%s: %s', (headline, trait, expected) => {
    expect(ofHeadline(headline, trait)).toEqual(expected);
  });

  it('is the headline, without one the body’s first sentence, and of a video also the first sentence that is said', () => {
    expect(valuesOf({ ...blank, primary_text: 'Is it cold? It is.' }, 'question')).toEqual(['yes']);
    expect(valuesOf({ ...blank, primary_text: 'It is cold. Is it?' }, 'question')).toEqual(['no']);
    const video = { ...headlineOnly('The tent'), transcript: 'Why do your shoulders hurt? Because of this.' };
    expect(valuesOf(video, 'hook_family')).toContain('question');
  });

  it('that no rule knows is unknown, not other: nothing was found that the vocabulary lacks', () => {
    expect(ofHeadline('Pine, smoke and a little salt', 'hook')).toEqual(['unknown']);
    expect(ofHeadline('Pine, smoke and a little salt', 'emotion')).toEqual(['unknown']);
  });
});

describe('wording', () => {
  it.each<[string, TraitName, string]>([
    ['Five days, one shirt', 'number', 'yes'],
    ['One shirt for the week', 'number', 'no'],
    ['No screws. Not one.', 'negation', 'yes'],
    ['Warm when wet', 'negation', 'no'],
    ['The jacket that weighs less than your phone', 'second_person', 'yes'],
    ['They call it ‘the last coat’ here', 'quote', 'yes'],
    ["It doesn't drip, and that's the boys' favourite", 'quote', 'no'],
    ['14 ways to stay warm', 'listicle', 'yes'],
    ['14 kilograms', 'listicle', 'no'],
    ['This is HUGE for the US', 'emphasis', 'yes'],
    ['Made in the USA', 'emphasis', 'no'],
    ['Made For The Wettest Valley In Norway', 'casing', 'title'],
    ['Made for the wettest valley in Norway', 'casing', 'sentence'],
    ['Hot 🔥 and cold ❄️', 'emoji', 'several'],
    ['<strong>Bicycle parts:</strong> one way &amp; another', 'words', '1_to_5'],
    ['It does not drip. Ever.', 'sentences', '2'],
    ['Our free, proven secret', 'power_words', 'several'],
    ['The disastrous, painful, deadly sale', 'sentiment', 'negative'],
    ['Not a happy day', 'sentiment', 'negative'],
  ])('%s: %s is %s', (headline, trait, value) => {
    expect(ofHeadline(headline, trait)).toEqual([value]);
  });

  it('that rules of English would misread is left unknown in another language, and what counts still counts', () => {
    const german = headlineOnly('Die Jacke, die weniger wiegt als das Telefon und nicht nass wird?');
    expect(valuesOf(german, 'language')).toEqual(['de']);
    for (const trait of ['hook', 'emotion', 'negation', 'readability', 'offer'] as const)
      expect(valuesOf(german, trait)).toEqual(['unknown']);
    expect(valuesOf(german, 'words')).toEqual(['10_to_13']);
    expect(valuesOf(german, 'question')).toEqual(['yes']);
    expect(valuesOf({ ...headlineOnly('Guten Morgen'), language: 'de' }, 'hook')).toEqual(['unknown']);
  });
});

describe('an offer', () => {
  it.each<[string, readonly string[]]>([
    ['40% off and free shipping', ['percent', 'free_shipping']],
    ['$20 off your first order', ['amount']],
    ['Buy one, get one', ['bogo']],
    ['Try it free, money-back guarantee', ['free_trial', 'guarantee']],
    ['The tent that stayed up', ['none']],
  ])('%s', (headline, offers) => {
    expect(ofHeadline(headline, 'offer')).toEqual(offers);
  });
});

describe('facts', () => {
  const video: Creative = {
    ...blank,
    format: 'video',
    call_to_action: 'SHOP_NOW',
    width_px: 1080,
    height_px: 1920,
    duration_ms: 14_500,
    shots: 6,
    first_shot_ms: 1_800,
    shots_in_3_s: 2,
    shots_in_5_s: 5,
    brand_first_seen_ms: 2_400,
    transcript: 'one two three four five six seven eight nine ten',
    audio: ['music', 'voice_over'],
    people: ['none'],
    overlay_text: 'a few words',
    overlay_first_ms: 3_000,
  };
  it.each<[TraitName, readonly string[]]>([
    ['format', ['video']],
    ['call_to_action', ['shop_now']],
    ['aspect_ratio', ['9_16']],
    ['duration', ['7_to_15_s']],
    ['shots', ['5_to_9']],
    ['first_shot', ['1_to_2_s']],
    ['shots_in_3_s', ['2']],
    ['shots_in_5_s', ['5_or_more']],
    ['tempo', ['medium']],
    ['brand_first_seen', ['first_3_s']],
    ['speech_rate', ['slow']],
    ['audio', ['music', 'voice_over']],
    ['people', ['none']],
    ['text_overlay', ['light']],
    ['overlay_timing', ['later']],
    ['sound_off', ['unknown']],
    ['speaker', ['unknown']],
  ])('%s is %j', (trait, values) => {
    expect(valuesOf(video, trait)).toEqual(values);
  });

  it('that the vocabulary has no word for are other, and those not given unknown', () => {
    expect(valuesOf({ ...blank, call_to_action: 'HUG_US' }, 'call_to_action')).toEqual(['other']);
    expect(valuesOf({ ...blank, width_px: 300, height_px: 1000 }, 'aspect_ratio')).toEqual(['other']);
    expect(valuesOf({ ...blank, width_px: 300 }, 'aspect_ratio')).toEqual(['unknown']);
    expect(valuesOf({ ...blank, audio: ['unknown'] }, 'audio')).toEqual(['other']);
  });
});

describe('tags', () => {
  it('of a person replace what rules and models find, those of a model add to it', () => {
    const copy = headlineOnly('Is your coat heavier than your dog?');
    expect(valuesOf({ ...copy, tags: [tag('hook_family', 'story')] }, 'hook_family')).toEqual(['story']);
    const added = { ...copy, tags: [tag('hook_family', 'story', 'model', 0.7)] };
    expect(valuesOf(added, 'hook_family')).toEqual(['question', 'identity', 'story']);
    expect(extract(added).traits).toContainEqual({
      trait: 'hook_family',
      value: 'story',
      confidence: 0.7,
      source: 'model',
    });
  });

  it('that are not in the taxonomy are no trait, and a value that is not is other', () => {
    const tags = [tag('mood_board', 'blue'), tag('visual', 'hologram', 'model'), tag('emotion', 'unknown')];
    expect(valuesOf({ ...blank, tags }, 'visual')).toEqual(['other']);
    expect(extract({ ...blank, tags }).traits).toHaveLength(trait_names.length);
    expect(valuesOf({ ...blank, tags }, 'emotion')).toEqual(['unknown']);
  });

  it('that contradict a fact give way to it, unless a person says so', () => {
    const image = { ...blank, format: 'image' };
    expect(valuesOf({ ...image, tags: [tag('format', 'video', 'model')] }, 'format')).toEqual(['image']);
    expect(valuesOf({ ...image, tags: [tag('format', 'video')] }, 'format')).toEqual(['video']);
  });
});
