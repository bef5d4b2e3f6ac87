/** Trains a model where one is wanted: reads the archive, lets the trainer work, and says what came of it. */
import { hash32 } from '../../../learning/numeric.ts';
import { noTrees } from '../../../learning/trees/trees.ts';
import type { Policy } from '../../../policy/policy.ts';
import type { Trainer } from '../../../ports/trainer/port.ts';
import type { ModelEvent, StoredModel, TrainingData } from '../../../ports/training-data/port.ts';
import { modelTrained, type ModelRetrainRequested, type ModelTrained } from '../../../schemas/index.ts';
import { hour_ms } from '../../../schemas/values.ts';
import { caller, type Call, type CallContext } from '../../../topology/processor.ts';
import { emptyRegistry, withRollback, withTrained, type Registry } from '../registry.ts';
import { divided, type HeldBack } from './division.ts';
import { judged } from './judge.ts';
import { wiring } from './wiring.ts';

/** What is outside: where examples come from, and who trains. */
export interface TrainingOutside {
  readonly data: TrainingData;
  readonly trainer: Trainer;
}

/** One at a time: it takes a processor for seconds to minutes. */
const limits = { concurrency: 1, deadline_ms: hour_ms / 6, attempts: 2, first_retry_ms: 1_000 };

export const registryOf = (history: readonly ModelEvent[]): Registry =>
  history.reduce<Registry>(
    (registry, event) =>
      event.kind === 'trained' ? withTrained(registry, event.trained) : withRollback(registry, event.rollback),
    emptyRegistry,
  );

/** The group, given what is outside. */
export const trainingGroup = (outside: TrainingOutside): ReturnType<typeof caller<typeof wiring, Policy>> => {
  const call: Call<typeof wiring, Policy> = {
    limits,
    answer: {
      'model.retrain.requested': async (request, context) => {
        const history = await outside.data.history(request.account_id);
        // A request that was asked twice is answered once.
        const answered = history.some(
          (event) => event.kind === 'trained' && event.trained.request_id === request.request_id,
        );
        return answered
          ? {}
          : { emit: [modelTrained.event(await answerTo(outside, request, registryOf(history), context))] };
      },
    },
    failed: {
      'model.retrain.requested': (request, why, context) => ({
        emit: [modelTrained.event({ ...nothing(request, context), status: 'failed', why: why.slice(0, 10_000) })],
      }),
    },
  };
  return caller(wiring, call);
};

/** An answer before anything is known. */
function nothing(
  { account_id, request_id, from_ms, to_ms }: ModelRetrainRequested,
  { at_ms, policy }: Pick<CallContext<Policy>, 'at_ms' | 'policy'>,
): ModelTrained {
  return {
    account_id,
    request_id,
    model_id: request_id,
    status: 'refused',
    why: 'Nothing was trained',
    champion_model_id: null,
    features_version: 0,
    columns: 0,
    ...noTrees,
    rows: 0,
    rows_known: 0,
    held_back_rows: 0,
    held_back_ads: 0,
    challenger_loss: null,
    champion_loss: null,
    baseline_loss: null,
    difference: null,
    difference_low: null,
    difference_high: null,
    from_ms,
    to_ms,
    held_back_from_ms: null,
    seed: hash32(`${account_id}\u001f${request_id}`),
    at_ms,
    policy_version: policy.version,
  };
}

async function answerTo(
  { data, trainer }: TrainingOutside,
  request: ModelRetrainRequested,
  { champion }: Registry,
  context: CallContext<Policy>,
): Promise<ModelTrained> {
  const { policy, signal } = context;
  const { account_id, from_ms, to_ms } = request;
  const empty = { ...nothing(request, context), champion_model_id: champion };
  const { seed } = empty;
  const set = await data.examples({ account_id, from_ms, to_ms, most: policy.training.max_rows, seed }, signal);
  const { features_version, columns } = set;
  const read = { ...empty, features_version, columns, rows_known: set.of };
  const shape = policy.prediction.residual_shape;
  const division = divided(set, policy.training, shape);
  if (typeof division === 'string') return { ...read, why: division };
  const { learn, held_back } = division;
  const learned = sizes(learn.ratios.length, held_back);
  const rival = comparable(champion === null ? null : await data.model(account_id, champion), read);
  const trained = await trainer.train(
    { examples: learn, settings: policy.training, seed, held_back: held_back.features, rival },
    signal,
  );
  const { better, ...judgement } = judged(set, held_back, trained, shape);
  const told = { ...read, ...judgement, ...learned };
  return better ? { ...told, status: 'trained', ...listsOf(trained.trees) } : told;
}

/** A model in use that was made for other features cannot be asked any more: it is no rival. */
const comparable = (
  model: StoredModel | null,
  { features_version, columns }: Pick<ModelTrained, 'features_version' | 'columns'>,
): StoredModel | null =>
  model !== null && model.features_version === features_version && model.columns === columns ? model : null;

const sizes = (
  rows: number,
  { rows: held_back_rows, ads: held_back_ads, from_ms: held_back_from_ms }: HeldBack,
): Pick<ModelTrained, 'rows' | 'held_back_rows' | 'held_back_ads' | 'held_back_from_ms'> => ({
  rows,
  held_back_rows,
  held_back_ads,
  held_back_from_ms,
});

const listsOf = ({
  splits,
  rights,
  values,
  roots,
}: typeof noTrees): Pick<ModelTrained, 'splits' | 'rights' | 'values' | 'roots'> => ({
  splits,
  rights,
  values,
  roots,
});
