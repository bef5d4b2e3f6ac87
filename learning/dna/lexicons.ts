/** Words that carry a feeling or a subject, English, lower case; stems are matched with `startsWith`. */
import { list } from './text.ts';

/** Emotion → stems. A word counts for the first emotion whose stem it begins with. */
export const emotion_stems = {
  joy: list(
    `joy joyful happy happi hilari funny funni laugh lovely beautiful adorabl awesome amazing wonderful delight celebrat
     cute fun smil cheer brillian epic genius perfect inspir hero heroes fantastic gorgeous sweet thrill charm lol glad
     enjoy proud grateful blis magic incredib delicious playful generos smackdown best fabulous`,
  ),
  fear: list(
    `fear afraid scar terrif terror horrif danger deadly threat warning beware risk catastroph disaster diseas ebola
     virus toxic poison nightmare panic creep disturb haunt alarm attack bomb extinct apocalyp dread worr killer
     freak gun doom disgusting gross chemical pollut drought plague measles scary skinny concern`,
  ),
  surprise: list(
    `surpris shock unexpect unbeliev astonish stun jaw-dropping mind-blowing blown mindblowing whoa wow wait twist
     realize realise bizarre weird strange odd crazy secretly turns unlikely insane never-before fascinat facsinat
     wildly poof unthinkable ridiculous reversed backfir`,
  ),
  trust: list(
    `trust proven guarantee safe honest reliab certif secure respect loyal calm comfort authentic dignity doctor-approved`,
  ),
  anger: list(
    `anger angry outrag livid furious rage rant racis sexis misogyn homophob bigot hate hatr unfair injust scam corrupt
     disgrac greed bully bulli abus harass assault insult rape rapist steal cheat liar lied ashamed shame
     hypocri misrepresent mock cat-call creeps cruel unaccept blam exploit slur violat brutality crap`,
  ),
  sadness: list(
    `sad tear tears cry crie cried crying heartbreak heart-break heart-wrench heartbroken griev grief mourn tragic
     traged dying died dies die dead death kill suffer pain painful lonel lost loss depress devastat hungry homeless
     cancer suicid orphan victim slave slavery broken funeral hopeless struggl emotional moving wept widow hiroshima hell awful`,
  ),
  anticipation: list(`soon coming upcoming tomorrow await forward countdown launch preview introducing suspense`),
} as const;
export type LexicalEmotion = keyof typeof emotion_stems;

/** Harm, failing and pain: what a problem is about. */
export const harm_stems = list(
  `abus addict afraid anti-vaccin assault attack awful banned beware bigot brok cancer catastroph cat-call
   climate consent corrupt costing crime crisi cruel danger dead deadly death depress deport desperat destroy devastat die died dies dying
   disast discriminat diseas disturb drought drug drunk ebola endanger epidemic evil execut exploit fail fat-sham
   fired fraud freak greed gun harm homeless homophob horr hunger hungry hurt illegal illness inequalit
   injust jail kill lobby lonel losing measles misogyn murder nightmare oppress pain panic plague poison polic pollut
   poor prejudic prison problem racis racial rape rapist refus risk scam scar sexis shame shoot shot sick sketchy slave slavery
   starv steal stereotyp stole stress struggl suck suffer suicid skinny sketchy disgust terribl terrif terror threat torture toxic traffick trap troubl unfair
   victim violen violat war warming warning waste worr worse`,
);

/** Nouns for people: who a story is about. */
export const people_nouns = list(
  `man woman men women girl girls boy boys kid kids child children guy guys dude dudes lady ladies teen teens teenager teenagers
   teacher teachers student students nurse doctor doctors mom mother dad father parents son daughter brother sister wife
   husband couple grandma grandpa grandmother grandfather family families soldier veteran vet cop cops officer priest
   pastor librarian comedian comic singer actor actress artist photographer designer designers filmmaker author writer poet
   farmer farmers scientist scientists politician senator congressman congresswoman president anchor host reporter
   journalist athlete player coach dancer musician rapper band activist activists protester immigrant refugee refugees
   survivor survivors prisoner inmate thief stranger strangers neighbor friend friends person people baby toddler
   jeweler chef entrepreneur ceo model celebrity star queen king prince princess pilot firefighter astronaut director
   villagers village town city school company group team class year-old old`,
);

export const power_words = list(
  `free new proven guaranteed amazing exclusive limited secret discover revolutionary breakthrough incredible instant
   powerful effective`,
);

const positive = [...emotion_stems.joy, ...emotion_stems.trust, 'good', 'better', 'win', 'success', 'hope', 'nice'];
const negative = [
  ...emotion_stems.fear,
  ...emotion_stems.anger,
  ...emotion_stems.sadness,
  'bad',
  'worse',
  'worst',
  'problem',
  'fail',
  'awful',
  'horribl',
];

/** The longest stem decides: `hatr` is found before `hat`. */
export function stemIn(word: string, stems: Iterable<string>): boolean {
  for (const stem of stems)
    if (word.startsWith(stem) && word.length - stem.length <= 6)
      return stem.length > 3 || word.length - stem.length <= 2;
  return false;
}

/** 1 for a good word, -1 for a bad one, 0 for others. */
export const polarity = (word: string): -1 | 0 | 1 => (stemIn(word, negative) ? -1 : stemIn(word, positive) ? 1 : 0);
