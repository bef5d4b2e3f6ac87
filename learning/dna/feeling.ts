/** What a copy makes feel: emotions by the stems of its words, and whether it speaks well or ill. */
import { emotion_stems, polarity, stemIn, type LexicalEmotion } from './lexicons.ts';
import type { Copy } from './text.ts';

/** When several words stand for as many emotions, the rarer one tells more. */
const rank: readonly LexicalEmotion[] = ['sadness', 'anger', 'fear', 'surprise', 'trust', 'anticipation', 'joy'];

/** Turns of phrase that announce a surprise. */
const surprising =
  /\b(?:until|turns out|never heard|never expected|didn't expect|not what|you'd guess|you think|who knew|plot twist|than you|no way|for real|wait,|what happen\w*)\b|\bbut (?:they|he|she|it|this|then|it's|now|here's)\b|\bthought\b/;

/** Turns of phrase that promise more to come. */
const promising =
  /\b(?:about to|just (?:wait|listen)|now's your chance|good news|right now|after you (?:hear|see)|could change|can't wait|wait (?:for|until|till)|watch (?:him|her|it|this|what)|finally (?:speaks|here)|look forward)\b/;

/** The emotion with most words, and a second one with as many; nothing where no word tells. */
export function emotionsIn({ lower, words }: Copy): readonly LexicalEmotion[] {
  const scores = new Map<LexicalEmotion, number>();
  const add = (emotion: LexicalEmotion, amount: number): void => {
    scores.set(emotion, (scores.get(emotion) ?? 0) + amount);
  };
  const read = words.map((one) => one.toLowerCase());
  for (const word of read.filter((_, i) => !turned(read, i)))
    for (const emotion of rank) if (stemIn(word, emotion_stems[emotion])) add(emotion, 1);
  if (surprising.test(lower)) add('surprise', 1);
  if (promising.test(lower)) add('anticipation', 1);
  const most = Math.max(0, ...scores.values());
  return rank.filter((emotion) => most > 0 && scores.get(emotion) === most).slice(0, 1);
}

/** Whether a denial stands just before a word, or before the word before it. */
const turned = (words: readonly string[], at: number): boolean =>
  [words[at - 1], words[at - 2]].some((word) => word !== undefined && turning.test(word));

const turning = /^(?:not|no|never|without|isn't|wasn't|don't|doesn't|didn't|can't|won't|less|stop|stops|ends?)$/;

/** Good words less bad ones, each turned round by a denial just before it; null in a copy without either. */
export function sentimentOf({ words }: Copy): 'negative' | 'neutral' | 'positive' | null {
  const lower = words.map((word) => word.toLowerCase());
  const poles = lower.map((word, i) => polarity(word) * (turned(lower, i) ? -1 : 1));
  if (poles.every((pole) => pole === 0)) return null;
  const sum = poles.reduce((total, pole) => total + pole, 0);
  return sum > 0 ? 'positive' : sum < 0 ? 'negative' : 'neutral';
}
