/** The language of a copy, by its script and its commonest words. */
import { hits, list, type Copy } from './text.ts';

const scripts: readonly (readonly [RegExp, 'ja' | 'ko' | 'zh' | 'ar' | 'other'])[] = [
  [/[\p{sc=Hiragana}\p{sc=Katakana}]/u, 'ja'],
  [/\p{sc=Hangul}/u, 'ko'],
  [/\p{sc=Han}/u, 'zh'],
  [/\p{sc=Arabic}/u, 'ar'],
  // Cyrillic is written by a dozen languages, so it is none in particular.
  [/[\p{sc=Cyrillic}\p{sc=Greek}\p{sc=Hebrew}\p{sc=Thai}\p{sc=Devanagari}]/u, 'other'],
];

const common = {
  en: list(
    `the and of to a in is it you that he was for on are with as his they at be this have from or had by but what we
     can out other were all your when up use how said an each she which do their if will about who get would make like
     him has more her see could no than been its now i my not our one these so them why just don't it's here's`,
  ),
  es: list(
    'el la los las de que y en un una por con para su se del al es lo como más pero sus este sin tu te mi hoy muy ya',
  ),
  de: list(
    'der die das und ist von den mit zu ein eine nicht auf für sich dem des im auch es an als wie ich sie wir du dein ihr jetzt',
  ),
  fr: list(
    'le la les de des et en un une du que est pour qui dans sur pas au avec ce sont il votre vos nous vous plus ton ta tes',
  ),
  it: list('il lo la gli le di che e un una per con non sono del della dei da al più come è si tuo tua ora questo nel'),
  pt: list('o a os as de que e do da em um uma para com não por mais dos das no na se seu sua você é ao já muito'),
  nl: list(
    'de het een en van in is dat op te zijn met voor niet aan er om ook als dan maar bij je jouw wij nu uit naar',
  ),
} as const;
type Latin = keyof typeof common;
const latins: readonly Latin[] = ['en', 'es', 'de', 'fr', 'it', 'pt', 'nl'];

export interface Guess {
  readonly language: Latin | 'ja' | 'ko' | 'zh' | 'ar' | 'other';
  readonly confidence: number;
}

/**
 * Null where the words do not tell. Common words decide: at least two more than of any other language, or all there
 * are in a short text.
 */
export function guessLanguage({ text, lower, words }: Copy): Guess | null {
  const script = scripts.find(([pattern]) => pattern.test(text));
  if (script !== undefined) return { language: script[1], confidence: 0.9 };
  const plain = lower.split(/[^\p{L}']+/u).filter((word) => word !== '');
  const scores = latins.map((language) => ({ language, score: hits(plain, common[language]) }));
  scores.sort((a, b) => b.score - a.score);
  const [best, next] = scores;
  if (best === undefined || best.score === 0) return null;
  const lead = best.score - (next?.score ?? 0);
  if (lead < 2 && !(lead === 1 && words.length <= 8)) return null;
  return { language: best.language, confidence: lead >= 3 ? 0.98 : lead === 2 ? 0.95 : 0.85 };
}
