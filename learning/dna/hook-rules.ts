/** How tactics of a hook are read from English copy: patterns on the text in lower case, one line each. */
import { hasNumber, isListicle } from './literal.ts';
import { harm_stems, people_nouns, stemIn } from './lexicons.ts';
import { hook_tactic_names, type HookTactic } from './hooks.ts';
import type { Copy } from './text.ts';

type Rule = (copy: Copy) => boolean;
const like =
  (pattern: RegExp): Rule =>
  ({ lower }) =>
    pattern.test(lower);
const any =
  (...rules: readonly Rule[]): Rule =>
  (copy) =>
    rules.some((rule) => rule(copy));

const opening_verbs =
  "watch|see|look|listen|read|meet|learn|take|stop|get|try|buy|shop|join|find|discover|let|let's|go|come|use|make|start|" +
  "don't|never|imagine|check|give|save|order|book|click|share|ask|tell|help|remember|think|say|show|keep|put|bring|sign|" +
  'call|grab|claim|beware|warning|play|forget|hear|just';
const directive = any(
  like(new RegExp(`^(?:please |so |now |"|')?(?:${opening_verbs})\\b(?! (?:is|are|was|were|has|had|the scenes)\\b)`)),
  like(/(?:[.!?:,;-]|but|then) (?:just )?(?:watch|listen|take the|read|show them|look out|let's|stop it|meet) /),
  like(/\btime to (?:meet|talk|take|stop|make|get|start|freak|see)\b/),
);

/** A thing or somebody that is pointed at and not named. */
const pointing = any(
  like(/^(?:he|she|they|it|his|her|their|its|this|these|that|those|here's|here is|here are)\b/),
  like(
    /\b(?:these [\w-]+ (?:[\w-]+ )?things|\d+ things|(?:this|that|these) \d|(?:this|these|that) (?:one |is one of |guy|man|woman|girl|boy|kid|lady|dude|person|video|clip|thing|ad|poem|actor|part|idea|story|look|picture|photo|place|company|country|school|town|city|famous|amazing|awesome))/,
  ),
  like(
    /(?:\bdid|\bdo|\bdoing|\bdoes|\bmade|\bknows?|\btried|\bsaw|\bsee|\bseen|\bhear|\bheard|\bwatch|\bshow them|\blike|\bneeds?|\bfor|\bto|\bof|\bin|\bwith|\bon|\bread) (?:this|these|it)(?:[.!?]|$)/,
  ),
  like(
    /\b(?:something|someone|somebody|somewhere|a secret|secrets?|the reason|the reasons|reason why|the truth|the result|results|the response|response|the answer|message|lesson|surprising|the way|hidden|behind the|special|details|an idea|a look|closer look|the story|(?:things|people|something) (?:are|you|who|that|to))\b/,
  ),
);
const withheld = any(
  like(
    /\b(?:what|why|how|where|who) (?:he|she|they|it|we|you|i|some|one|this|these|that|those|a|an|the|happen\w*|actually|really|if)\b/,
  ),
  like(
    /\b(?:until|till|wait|guess|turns out|find out|you'll|you won't|wouldn't believe|never expected|didn't expect|not what)\b/,
  ),
  like(/\.\.\.|—|\bbut then\b|\bthen\b.*\bthen\b|\bthat's when\b|\bjust one\b|\bone (?:thing|word|way|reason|of)\b/),
  like(
    /\b(?:you've (?:probably )?(?:never|ever)|never heard|probably haven't|most people|no one (?:wants|can|talks)|nobody)\b/,
  ),
  like(/^(?:a|an|one|the) (?:[\w'-]+ ){0,6}(?:that|who|which)\b/),
);

const narrated =
  /\b(?:was|were|had|did|got|made|went|came|said|told|took|gave|wrote|found|left|lost|won|fell|met|put|set|led|became|began|knew|stood|spoke|sold|sat|ran|saw|heard|tried|\w{3,}ed)\b/;
const telling =
  /\b(?:tries|shares|reveals|explains|tells|asks|calls|gets|makes|takes|finds|starts|steps|uses|turns|helps|goes|wants|shows|stands|speaks|opens|gives|fights|trains|interrupts|lays|refuses|returns|sings|writes|decides|loves|is hit|are working|are writing)\b/;
/** What might be, what one should do, and who speaks for himself is no story. */
const unreal =
  /^(?:if|how to|what if|why|i (?:don't|never|know)|you|there's|are|is|do|does|should|we)\b|\bif (?:you|your)\b|\bwould they\b/;
const narrates: Rule = ({ lower, words }) => {
  const head = words.slice(0, 9).map((word) => word.toLowerCase().replace(/'s?$/, ''));
  const person = head.some((word) => people_nouns.has(word));
  const pronoun = /\b(?:he|she|they|his|her|him|their)\b/.test(lower);
  const specific =
    /^(?:a|an|one|two|this|these|the|that|some|when|after|how|watch|while|it took|\d)\b/.test(lower) ||
    /^(?:he|she|they|his|her|their|i|we)\b/.test(lower);
  if (!(person || pronoun) || unreal.test(lower)) return false;
  return specific ? narrated.test(lower) || telling.test(lower) : pronoun && narrated.test(lower);
};

/** A harm that somebody helps with, laughs at or learns from is not agitated. */
const resolved =
  /\b(?:help(?:s|ing|ed)?|awesome|hilarious|happy|joy|joke|laugh\w*|perfect|lesson|finds? the|genius|smackdown|learn|rescued|united|winning|shut down|amazing|better|backfire[ds]?|inspir\w+)\b/;
const harmful: Rule = ({ lower, words }) =>
  words.some((word) => stemIn(word.toLowerCase(), harm_stems)) && !resolved.test(lower);
const denouncing = like(
  /\b(?:wrong with|secret that|don't want you to know|dark side|reality of|hard time|no one wants|anymore|should be concerned|what happens when we|way more)\b/,
);

/** Tactic → when it is there. Order is that of explanation only: a hook has all tactics that it shows. */
const hook_rules: Readonly<Record<HookTactic, Rule>> = {
  question: ({ sentences }) =>
    sentences.some((sentence) => /\?["')]?$/.test(sentence) && !/^(?:the|his|her|their|my|our) \w+\?$/i.test(sentence)),
  problem: any(harmful, denouncing),
  warning: like(/\b(?:warning|beware|watch out|be careful|don't ignore|signs you)\b/),
  curiosity: any(pointing, withheld),
  explainer: like(
    /\b(?:explains?|explained|explaining|breaks? (?:it )?down|in \d+ minutes|a closer look|a look at|the facts about|what it (?:really )?means)\b/,
  ),
  how_to: like(
    /^how to\b|\bhow to (?:be|get|make|stop|deal|fix|use|talk|help|save)\b|\bhere's how\b|\bways? to\b|\blearn how\b/,
  ),
  reasons_why: like(/\breasons?\b|^why\b|\bhere's why\b|\bthat's why\b|\bthis is why\b/),
  listicle: isListicle,
  contrast: any(
    like(
      /\bbut\b(?! first\b).*\b(?:not|n't|isn't|never|actually|then|get|really|it's|they're|she's|now)\b|\buntil\b|\binstead\b|^while\b|\bexcept\b|\bnot so much\b|\breversed\b/,
    ),
    like(/(?:n't|\bnot\b|\bnever\b)[^.?!]*[.?!] (?:it|they|it's|they're|some|this|that|his|her)\b/),
    like(
      /\bsome (?:people )?[^.?!]*[.?!] (?:this|so why)\b|\bso why\b|[.?!] (?:this|now|here's) [^.]*(?:never|good)\b|\bthen (?:she|he|they) (?:was|were|is)\b/,
    ),
  ),
  contrarian: like(
    /\b(?:wrong about|stop (?:doing|buying|using|saying)|isn't what|aren't what|not what you|forget (?:everything|what)|think again|overrated|unpopular|how dumb|weird that|why they're wrong|big mistake|should only)\b/,
  ),
  myth_busting: like(
    /\b(?:myths?|debunk\w*|you(?:'ve)? (?:thought|been told|might think)|(?:i|everyone|they|we) (?:used to )?(?:thought|think)\b|misconception|fake|lie about|truth about)\b/,
  ),
  bold_claim: like(
    /\b(?:best|worst|most|biggest|greatest|hardest|smartest|only|never before|never again|everything|ever)\b.*\b(?:ever|in the world|of all|in history|all time|anywhere)\b|\b(?:the last|proves? it|no other|nothing (?:beats|else))\b/,
  ),
  shocking_statement: like(/\b(?:shock\w*|unbelievable|insane|horrif\w*|disappear\w*|plot twist|executed|kill\w*)\b/),
  reverse_psychology: like(
    /\b(?:don't (?:watch|read|click|buy|look|share)|won't (?:like|do well)|not for everyone|you shouldn't|do not (?:watch|buy|read))\b/,
  ),
  statistic: any(
    like(
      /\d(?:[\d,.]*)\s?(?:%|percent)(?! (?:off|discount))|\b\d+ (?:out )?of \d+|\b\d[\d,]* (?:people|countries|women|men|americans|customers|million|thousand)|\$\d/,
    ),
    (copy) => hasNumber(copy) && /\b(?:study|survey)\b/.test(copy.lower),
  ),
  authority: like(
    /\b(?:scien\w+(?! fiction)|stud(?:y|ies)|research\w*|experts?|doctors?|dr\.|professor|famous|celebrit\w*|facts?|fact-checked|proves?|proof|evidence|president|nobel|harvard|nasa|comedian|oscars?|superstar|obama|tested by|recommended by)\b/,
  ),
  social_proof: like(
    /\b(?:everyone (?:is|loves|talks)|everybody|millions? of|thousands? of|bestsell\w*|best-sell\w*|viral|a lot of people|rated|reviews?|customers|trusted by|join \d+|people (?:love|swear by))\b/,
  ),
  directive,
  cta_first: like(
    /^(?:shop|buy|order|book|sign up|subscribe|download|get yours|claim|call now|apply|register|donate)\b/,
  ),
  urgency: like(
    /\b(?:now|today|tonight|hurry|last chance|limited|ends|before it's too late|don't wait|right now|while (?:supplies|stocks?) last|final hours|only \d+ left|deadline)\b[!.]?$|\b(?:hurry|last chance|limited time|ends (?:soon|today|tonight|sunday)|don't wait|before it's too late)\b/,
  ),
  fomo: like(/\b(?:don't miss|you're missing|miss out|missing out|sold out|selling fast|almost gone|everyone else)\b/),
  offer_only: like(
    /\b\d+ ?% off\b|\bfree (?:shipping|trial|gift|delivery)\b|\bbuy (?:one|1),? get\b|\bhalf price\b|\bdiscount\b|\bon sale\b/,
  ),
  price_anchor: like(
    /\b(?:less than|for (?:just|only)|was|instead of|from) [$€£]\s?\d|\b(?:costs? less than|cheaper than|for less than|price of)\b/,
  ),
  risk_reversal: like(
    /\b(?:money[- ]back|guarantee\w*|risk[- ]free|take it back|free returns|cancel any ?time|no commitment|refund\w*|skip whenever)\b/,
  ),
  exclusivity: like(
    /\b(?:exclusive\w*|members only|invite[- ]only|invitation|limited edition|early access|only for)\b/,
  ),
  direct_address: any(
    like(
      /^(?:so |yeah,? |and |is |if |when |while |what |do |are |have |did |can |would |in case )?(?:you|your|you're|you've)\b/,
    ),
    like(
      /\b(?:you (?:don't|might|know|should|probably|could|are|already|can't|will|think|love|hate|never|want|need|thought)|you've|you're (?!welcome)|you'd|you'll|have you|do you|are you|did you|would you|(?:in|for|about|with|to|of) your (?!day)|your (?:life|back|body|kids?|family|home|skin|business|friends|job|brain)|were you|about you|means to you)\b/,
    ),
  ),
  if_then: like(/^if (?:you|your|you're|you've|someone tells you)\b|\bif you(?:'re|'ve)?\b.*(?:,|then)/),
  demographic_callout: like(
    /\b(?:dear \w+|calling all|attention|for (?:men|women|moms|dads|parents|dog owners|people) who|all (?:women|men|dudes|parents|of us)|every (?:woman|man|parent|kid|american)|as a (?:mom|dad|parent|woman|man))\b/,
  ),
  relatability: like(
    /\b(?:we all|all of us|we've all|everyone's been|that awkward moment|that moment when|tired of|who else|i know you|not alone|know any)\b/,
  ),
  challenge: like(/\b(?:i dare|dare you|challenge (?:you|yourself)|can you|bet you|try this for)\b/),
  aspirational: like(
    /\b(?:become (?:a|an|the|your)|dream (?:of|home|job|life)|imagine|the (?:person|life|body|home) you|change your life|best version)\b/,
  ),
  belief: like(/\b(?:i believe|we believe|deserves?|should be|stand for|matters?)\b/),
  confession: like(
    /\b(?:i (?:used to|admit|confess|was wrong|never thought|hate to|thought|don't want to)|my secret|i've never)\b/,
  ),
  storytelling: narrates,
};

/** The tactics that a copy shows, in the order of the table. */
export const tacticsIn = (copy: Copy): readonly HookTactic[] =>
  hook_tactic_names.filter((tactic) => hook_rules[tactic](copy));

/** Whether the copy withholds what it speaks of: it points at a thing it does not name, or stops before the end. */
export const hasGap = (copy: Copy): boolean => pointing(copy) || withheld(copy);
