/** Creatives that wait to be tested: variations of winners in their order; approved, skipped and moved here. */
import { useState, type ReactElement } from 'react';
import type { NamedVariation, VariationChoice, VariationQueue } from '../../operations/creatives/variation-view.ts';
import { useEngine } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { useActor } from '../data/use-me.ts';
import { ofLog, ofLogRange } from '../format/change.ts';
import { counted, percent } from '../format/numbers.ts';
import { Answered } from '../parts/answered.tsx';
import { Chip } from '../parts/chip.tsx';
import { Empty } from '../parts/empty.tsx';
import { Export } from '../parts/export.tsx';
import { OfAccount } from '../parts/of-account.tsx';
import { Panel } from '../parts/panel.tsx';
import { Problem } from '../parts/problem.tsx';
import { Table } from '../parts/table.tsx';
import { hrefTo } from '../shell/route.ts';

const every_ms = 10_000;
const most_rows = 100;

export function Queue({ query }: { readonly query: Readonly<Record<string, string>> }): ReactElement {
  return (
    <OfAccount
      view="queue"
      title="To be tested"
      about="What a winner did not try: one trait changed at a time, ordered by how it should do and by how much its test would tell. Nothing is published from here."
      by="winners"
      chosen={query['account']}
    >
      {(account_id) => <OfOne key={account_id} account_id={account_id} />}
    </OfAccount>
  );
}

function OfOne({ account_id }: { readonly account_id: string }): ReactElement {
  const { operations } = useEngine();
  const answer = useAnswer(
    `queue ${account_id}`,
    () => operations.variations({ account_id, limit: most_rows }),
    every_ms,
  );
  return (
    <Answered answer={answer} what="the queue">
      {(queue) => <Shown queue={queue} done={answer.again} />}
    </Answered>
  );
}

interface ShownProps {
  readonly queue: VariationQueue;
  readonly done: () => void;
}

function Shown({ queue, done }: ShownProps): ReactElement {
  const waiting = queue.rows.filter(({ place }) => place !== null);
  const over = queue.rows.filter(({ place }) => place === null);
  const [error, setError] = useState<unknown>(null);
  if (queue.rows.length === 0)
    return (
      <Empty title="Nothing waits to be tested">
        Variations are proposed when a winner is announced and traits are known that go with more clicks:{' '}
        <a href={hrefTo('creatives', [], { account: queue.account_id })}>what is known of them</a>.
      </Empty>
    );
  return (
    <>
      {error !== null && <Problem error={error} />}
      <Panel
        title={counted(waiting.length, 'variation waits', 'variations wait')}
        about={queue.words}
        aside={<Export table="variation_proposed" account_id={queue.account_id} />}
      >
        <Rows rows={waiting} queue={waiting} account_id={queue.account_id} done={done} onError={setError} />
      </Panel>
      {over.length > 0 && (
        <Panel title="Over" aside={<Export table="variation_decided" account_id={queue.account_id} />}>
          <Rows rows={over} queue={waiting} account_id={queue.account_id} done={done} onError={setError} />
        </Panel>
      )}
    </>
  );
}

const columns = [
  { head: 'Place', numeric: true },
  { head: 'Change' },
  { head: 'Made from' },
  { head: 'Expected', title: 'Clicks that the change goes with, 95 %: an association' },
  { head: 'State' },
  { head: '' },
];

interface RowsProps {
  readonly rows: readonly NamedVariation[];
  /** Those that wait, in their order. */
  readonly queue: readonly NamedVariation[];
  readonly account_id: string;
  readonly done: () => void;
  readonly onError: (error: unknown) => void;
}

const Rows = ({ rows, ...rest }: RowsProps): ReactElement => (
  <Table label="Variations" columns={columns} className="board">
    {rows.map((row) => (
      <Row key={row.variation_id} row={row} {...rest} />
    ))}
  </Table>
);

const states = {
  open: { words: 'Open', tone: 'quiet' },
  approved: { words: 'Approved', tone: 'good' },
  skipped: { words: 'Skipped', tone: 'quiet' },
  made: { words: 'Made', tone: 'info' },
  testing: { words: 'Being tested', tone: 'info' },
  withdrawn: { words: 'Its winner was taken back', tone: 'warn' },
} as const;

function Row({ row, account_id, ...rest }: Omit<RowsProps, 'rows'> & { readonly row: NamedVariation }): ReactElement {
  const { place, winner, winner_name, words, effect, low, high, experiments, status, decided, experiment_id } = row;
  return (
    <tr>
      <td className="num">{place ?? '–'}</td>
      <td>
        {words}
        <span className="under">
          {row.trait}: {row.from ?? 'none'} → {row.to ?? 'none'}
        </span>
      </td>
      <td>
        <a href={hrefTo('experiments', [account_id, winner.experiment_id])}>{winner_name}</a>
        <span className="under">won {percent(winner.lift, true)}</span>
      </td>
      <td>
        {ofLog(effect)}{' '}
        <span className="under">
          {ofLogRange(low, high)}, {counted(experiments, 'experiment')}
        </span>
      </td>
      <td>
        <Chip {...states[status]} />
        {experiment_id !== null && <a href={hrefTo('experiments', [account_id, experiment_id])}> its test</a>}
        {decided !== null && <span className="under">{[decided.by, decided.reason].filter(Boolean).join(': ')}</span>}
      </td>
      <td className="acts">
        <Acts row={row} account_id={account_id} {...rest} />
      </td>
    </tr>
  );
}

/** Who it would stand before, were it moved a place up or down; undefined where it cannot be. */
function moves(
  row: NamedVariation,
  queue: readonly NamedVariation[],
): { readonly up?: string; readonly down?: string | null } {
  const at = queue.findIndex(({ variation_id }) => variation_id === row.variation_id);
  const before = queue[at - 1];
  const behind = queue[at + 1];
  return {
    ...(at > 0 && before !== undefined && { up: before.variation_id }),
    // Behind the next one is before the one after it, or at the end.
    ...(at >= 0 && behind !== undefined && { down: queue[at + 2]?.variation_id ?? null }),
  };
}

function Acts({
  row,
  queue,
  account_id,
  done,
  onError,
}: Omit<RowsProps, 'rows'> & { readonly row: NamedVariation }): ReactElement {
  const { operations } = useEngine();
  const actor = useActor();
  const [busy, setBusy] = useState(false);
  const { variation_id, status, words } = row;
  const decide = (choice: Omit<VariationChoice, 'account_id' | 'variation_id'>): void => {
    setBusy(true);
    operations
      .decide_variation({ account_id, variation_id, ...choice, ...(actor !== '' && { by: actor }) })
      .then(() => (onError(null), done()), onError)
      .finally(() => setBusy(false));
  };
  const { up, down } = moves(row, queue);
  const act = (name: string, choice: Parameters<typeof decide>[0]): ReactElement => (
    <button type="button" disabled={busy} aria-label={`${name} ${words}`} onClick={() => decide(choice)}>
      {name}
    </button>
  );
  if (status === 'skipped') return act('Reopen', { action: 'reopen' });
  if (row.place === null) return <></>;
  return (
    <>
      {status === 'open' && act('Approve', { action: 'approve' })}
      {act('Skip', { action: 'skip' })}
      {up !== undefined && act('Up', { action: 'move', before_variation_id: up })}
      {down !== undefined && act('Down', { action: 'move', ...(down !== null && { before_variation_id: down }) })}
    </>
  );
}
