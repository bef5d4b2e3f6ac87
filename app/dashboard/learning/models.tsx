/** The models of the account: which predicts, what each training came to and why, and going back to an earlier one. */
import type { ReactElement, ReactNode } from 'react';
import type { AccountModels, TrainedModel } from '../../operations/predictions/models-view.ts';
import { useEngine } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { useMe } from '../data/use-me.ts';
import type { Tone } from '../format/evidence.ts';
import { count, counted } from '../format/numbers.ts';
import { utcDay } from '../format/time.ts';
import { Answered } from '../parts/answered.tsx';
import { Chip } from '../parts/chip.tsx';
import { Empty } from '../parts/empty.tsx';
import { Export } from '../parts/export.tsx';
import { Fact } from '../parts/fact.tsx';
import { Moment } from '../parts/moment.tsx';
import { Panel } from '../parts/panel.tsx';
import { Table } from '../parts/table.tsx';
import { nats, signed } from './nats.ts';
import { GoBack } from './go-back.tsx';

const every_ms = 10_000;

interface Props {
  readonly account_id: string;
  /** Predictions of the account that have matured: what a model learns from. */
  readonly matured: number;
}

export function Models({ account_id, matured }: Props): ReactElement {
  const { operations } = useEngine();
  const answer = useAnswer(`models ${account_id}`, () => operations.models({ account_id }), every_ms);
  return (
    <Panel
      title="Models"
      about="Boosted trees, trained on matured predictions. A new one predicts only where it is shown to lose less than the one in use, on later predictions that neither has learned from."
      aside={
        answer.data !== undefined &&
        answer.data.trained.length > 0 && <Export table="model_trained" account_id={account_id} />
      }
    >
      <Answered answer={answer} what="models">
        {(models) =>
          models.trained.length === 0 && models.lineage.length === 0 ? (
            <NoModel needed={models.needed_rows} matured={matured} />
          ) : (
            <Shown models={models} done={answer.again} />
          )
        }
      </Answered>
    </Panel>
  );
}

const NoModel = ({ needed, matured }: { readonly needed: number; readonly matured: number }): ReactElement => (
  <Empty title="No model was trained yet">
    Until one is, the other experts predict. One is asked for by itself once {count(needed)} predictions have matured,
    or when accuracy falls or drifts; {counted(matured, 'has', 'have')} so far. A prediction matures three days after it
    was made.
  </Empty>
);

interface ShownProps {
  readonly models: AccountModels;
  readonly done: () => void;
}

function Shown({ models, done }: ShownProps): ReactElement {
  const me = useMe();
  const may = me !== null && me.role !== 'viewer';
  const { account_id, champion, lineage, trained } = models;
  return (
    <>
      <Champion models={models} />
      {trained.length > 0 && (
        <Table label="Trainings" columns={may ? [...columns, { head: '' }] : columns} className="board trainings">
          {trained.map((model) => (
            <Row key={model.model_id} model={model}>
              {may && (
                <td className="acts">
                  {model.kept && !model.in_use && (
                    <GoBack account_id={account_id} to={model.model_id} from={champion} done={done} />
                  )}
                </td>
              )}
            </Row>
          ))}
        </Table>
      )}
      <footer className="panel-foot">
        <Lineage lineage={lineage} />
        {may && champion !== null && <GoBack account_id={account_id} to={null} from={champion} done={done} />}
      </footer>
    </>
  );
}

function Champion({ models: { champion, lineage, trained } }: Pick<ShownProps, 'models'>): ReactElement {
  const change = lineage.at(-1);
  const model = trained.find(({ model_id }) => model_id === champion);
  return (
    <dl className="facts in-panel">
      <Fact name="Predicts now">
        {champion === null ? 'no model: the other experts do' : <code className="id">{champion}</code>}
      </Fact>
      {change !== undefined && (
        <Fact name="Since">
          <Moment at_ms={change.at_ms} />
          <span className="quiet">, {change.how === 'trained' ? 'shown to be better' : 'gone back to'}</span>
        </Fact>
      )}
      {model !== undefined && (
        <Fact name="Learned from">
          {counted(model.rows, 'prediction')}
          <span className="quiet">
            , {utcDay(model.from_ms)} to {utcDay(model.to_ms)}
          </span>
        </Fact>
      )}
    </dl>
  );
}

const columns = [
  { head: 'Trained' },
  { head: 'Learned from' },
  {
    head: 'Held-back loss',
    numeric: true,
    title: 'Mean log loss on later predictions, nats above what the counts themselves would have lost: less is better',
  },
  {
    head: 'Against its rival',
    numeric: true,
    title: 'Its loss less that of its rival, 95 % over ads: below 0 is better',
  },
  { head: 'Outcome' },
];

interface RowProps {
  readonly model: TrainedModel;
  readonly children: ReactNode;
}

function Row({ model, children }: RowProps): ReactElement {
  const { model_id, at_ms, rows, from_ms, to_ms, why } = model;
  return (
    <tr>
      <th scope="row" className="when">
        <Moment at_ms={at_ms} />
        <code className="under id">{model_id}</code>
      </th>
      <td data-head="Learned from" className="when">
        {rows === 0 ? <span className="quiet">nothing</span> : counted(rows, 'prediction')}
        <span className="under">
          {utcDay(from_ms)} to {utcDay(to_ms)}
        </span>
      </td>
      <Losses model={model} />
      <td data-head="Outcome" className="outcome">
        <Chip {...outcomeOf(model)} />
        <span className="under">{why}</span>
      </td>
      {children}
    </tr>
  );
}

function Losses({ model }: Pick<RowProps, 'model'>): ReactElement {
  const { challenger_loss, champion_loss, baseline_loss, difference, difference_low, difference_high } = model;
  const { held_back_rows, held_back_ads } = model;
  const rivals = [
    ...(champion_loss === null ? [] : [`${nats(champion_loss)} in use`]),
    ...(baseline_loss === null ? [] : [`${nats(baseline_loss)} account’s mean`]),
  ];
  return (
    <>
      <td className="num" data-head="Held-back loss">
        {challenger_loss === null ? <span className="quiet">not compared</span> : nats(challenger_loss)}
        {rivals.map((words) => (
          <span key={words} className="under">
            {words}
          </span>
        ))}
      </td>
      <td className="num" data-head="Against its rival">
        {difference === null || difference_low === null || difference_high === null ? (
          '–'
        ) : (
          <>
            {signed(difference)}
            <span className="under">
              {signed(difference_low)} to {signed(difference_high)}
            </span>
            <span className="under">
              {counted(held_back_rows, 'prediction')} of {counted(held_back_ads, 'ad')}
            </span>
          </>
        )}
      </td>
    </>
  );
}

interface Outcome {
  readonly tone: Tone;
  readonly words: string;
  readonly meaning: string;
}

function outcomeOf({ status, in_use, kept, challenger_loss }: TrainedModel): Outcome {
  if (in_use) return { tone: 'good', words: 'Predicts', meaning: 'Every new prediction asks it.' };
  if (status === 'failed') return { tone: 'bad', words: 'Failed', meaning: 'The training itself went wrong.' };
  if (status === 'refused')
    return challenger_loss === null
      ? { tone: 'quiet', words: 'Too little data', meaning: 'None was trained.' }
      : { tone: 'quiet', words: 'Not better', meaning: 'It is not shown to be better than its rival.' };
  return kept
    ? { tone: 'info', words: 'Predicted before', meaning: 'It is kept: one can go back to it.' }
    : { tone: 'quiet', words: 'Not kept', meaning: 'It beat a model that was no longer in use, or is long gone.' };
}

function Lineage({ lineage }: Pick<AccountModels, 'lineage'>): ReactElement {
  return (
    <details className="lineage">
      <summary>How it came to be: {counted(lineage.length, 'change')}</summary>
      <ol>
        {lineage.toReversed().map(({ model_id, replaced, how, at_ms }) => (
          <li key={`${at_ms} ${model_id ?? ''}`}>
            <Moment at_ms={at_ms} /> {how === 'trained' ? 'took over' : 'gone back to'}:{' '}
            {model_id === null ? 'no model' : <code className="id">{model_id}</code>}
            <span className="quiet"> after {replaced === null ? 'none' : <code className="id">{replaced}</code>}</span>
          </li>
        ))}
      </ol>
    </details>
  );
}
