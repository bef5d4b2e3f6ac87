/**
 * `evaluate extraction`: precision and recall of each trait against headlines labelled by hand. The labels hold ids of
 * packages and no text: the headlines come from the recorded tests that `--data` names.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { headlineOnly } from '../../learning/dna/creative.ts';
import { extract, type Dna } from '../../learning/dna/extract.ts';
import { clopperPearson } from '../../learning/numeric.ts';
import { readTests } from '../../ports/sources/ab-test-csv/read.ts';
import { FlywheelError } from '../../topology/errors.ts';
import type { Measure } from '../measures.ts';
import type { Evaluation, EvaluationOptions } from './evaluation.ts';

const families = ['question', 'problem', 'curiosity', 'contrarian', 'proof', 'offer', 'identity', 'story'] as const;
const emotions = ['joy', 'fear', 'surprise', 'trust', 'anger', 'sadness', 'anticipation', 'neutral'] as const;
const marks = ['question', 'number', 'second_person', 'negation', 'listicle', 'quote', 'curiosity_gap'] as const;
/**
 * Rules were made looking at `tuning` only. `held_out` was labelled with it, before any rule was written, and says how good
 * the rules are elsewhere; `after_rules` was labelled later, by somebody who had written rules, and no rule was made with it.
 */
const parts = ['tuning', 'held_out', 'after_rules'] as const;

const labelShape = z.strictObject({
  package_id: z.string(),
  part: z.enum(parts),
  hook: z.array(z.enum(families)),
  emotion: z.array(z.enum(emotions)),
  traits: z.array(z.enum(marks)),
});
const labelsShape = z.strictObject({
  dataset: z.string(),
  labelled_at: z.string(),
  labels: z.array(labelShape).min(200),
});
export type HeadlineLabel = z.output<typeof labelShape>;

/** The labels that are kept with the program. */
export const headlineLabels = (): readonly HeadlineLabel[] =>
  labelsShape.parse(JSON.parse(readFileSync(new URL('./extraction/labels.json', import.meta.url), 'utf8'))).labels;

/** One value of a trait, as the person and as the rules see it. */
interface Question {
  readonly trait: string;
  readonly value: string;
  labelled(label: HeadlineLabel): boolean;
}

const markQuestion = (mark: (typeof marks)[number]): Question => ({
  ...(mark === 'curiosity_gap' ? { trait: 'trigger', value: mark } : { trait: mark, value: 'yes' }),
  labelled: ({ traits }) => traits.includes(mark),
});
const questions: readonly Question[] = [
  ...families.map((value) => ({
    trait: 'hook_family',
    value,
    labelled: ({ hook }: HeadlineLabel) => hook.includes(value),
  })),
  ...marks.map(markQuestion),
  ...emotions.map((value) => ({
    trait: 'emotion',
    value,
    labelled: ({ emotion }: HeadlineLabel) => emotion.includes(value),
  })),
];

/** A labelled headline with what the rules say of it. */
interface Judged {
  readonly label: HeadlineLabel;
  readonly dna: Dna;
}

const says = ({ traits }: Dna, { trait, value }: Question): boolean =>
  traits.some((one) => one.trait === trait && one.value === value);

/** A share with its interval; nothing where there is nothing to have a share of. */
function share(name: string, labels: Measure['labels'], hits: number, n: number, unit: string): readonly Measure[] {
  return n === 0 ? [] : [{ name, labels, value: hits / n, unit, ...clopperPearson(hits, n), n }];
}

function measuresOf(question: Question, part: string, judged: readonly Judged[]): readonly Measure[] {
  const { trait, value } = question;
  const labels = { trait, value, part };
  const said = judged.filter(({ dna }) => says(dna, question));
  const there = judged.filter(({ label }) => question.labelled(label));
  const both = said.filter(({ label }) => question.labelled(label)).length;
  return [
    ...share('precision', labels, both, said.length, 'share of what rules find'),
    ...share('recall', labels, both, there.length, 'share of what a person finds'),
    ...share('prevalence', labels, there.length, judged.length, 'share of headlines'),
  ];
}

/** Precision, recall and prevalence of every labelled value. @param headlines by package id */
export function extractionMeasures(
  labels: readonly HeadlineLabel[],
  headlines: ReadonlyMap<string, string>,
): readonly Measure[] {
  const judged = labels.flatMap((label): readonly Judged[] => {
    const headline = headlines.get(label.package_id);
    return headline === undefined ? [] : [{ label, dna: extract(headlineOnly(headline)) }];
  });
  return parts.flatMap((part) => {
    const own = judged.filter(({ label }) => label.part === part);
    return [
      { name: 'headlines', labels: { part }, value: own.length, unit: 'labelled headlines found in the data' },
      ...questions.flatMap((question) => measuresOf(question, part, own)),
    ];
  });
}

async function run({ data }: EvaluationOptions): Promise<readonly Measure[]> {
  if (data === undefined)
    throw new FlywheelError('usage.invalid', {
      why: 'evaluate extraction needs the recorded tests whose headlines were labelled',
      what_to_do: 'name the CSV: evaluate extraction --data upworthy-dev.csv.gz',
    });
  const { tests } = await readTests(data, Date.now());
  const headlines = new Map(
    tests.flatMap(({ arms }) => arms.map(({ package_id, headline }) => [package_id, headline])),
  );
  const labels = headlineLabels();
  if (!labels.some(({ package_id }) => headlines.has(package_id)))
    throw new FlywheelError('usage.invalid', {
      why: `${data} holds none of the ${labels.length} labelled packages`,
      what_to_do: 'give the file that the labels were made from: upworthy-dev.csv.gz',
    });
  return extractionMeasures(labels, headlines);
}

export const extraction: Evaluation = {
  name: 'extraction',
  description: 'Precision and recall of each trait of a creative, against headlines labelled by hand.',
  run,
};
