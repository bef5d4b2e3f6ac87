/** Winners that an account remembers, and which of them a text resembles; one account at a time. */
import { useState, type FormEvent, type ReactElement } from 'react';
import type { MemoryQuestion, MemoryView } from '../../operations/memory/view.ts';
import { useEngine, useLive } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { counted } from '../format/numbers.ts';
import { AccountChoice } from '../parts/account-choice.tsx';
import { Answered } from '../parts/answered.tsx';
import { Empty } from '../parts/empty.tsx';
import { Export } from '../parts/export.tsx';
import { Panel } from '../parts/panel.tsx';
import { hrefTo } from '../shell/route.ts';
import { WinnerTable } from './winners.tsx';

type Query = Readonly<Record<string, string>>;

const every_ms = 10_000;
const day_ms = 86_400_000;
const since_days = [7, 30, 90] as const;
const least_rates = [0.01, 0.02, 0.03] as const;

/** What the address asks; what it says wrongly is left out. */
function questionOf({ account, text, format, days, rate }: Query, now_ms: number): MemoryQuestion {
  const since = since_days.find((one) => String(one) === days);
  const min_rate = least_rates.find((one) => String(one) === rate);
  return {
    ...(account === undefined ? {} : { account_id: account }),
    ...(text === undefined ? {} : { text }),
    ...(format === undefined ? {} : { format }),
    ...(since === undefined ? {} : { since_ms: now_ms - since * day_ms }),
    ...(min_rate === undefined ? {} : { min_rate }),
  };
}

export function Memory({ query }: { readonly query: Query }): ReactElement {
  const { operations } = useEngine();
  const { status } = useLive();
  const now_ms = status?.source.clock_ms ?? Date.now();
  const answer = useAnswer(
    `memory ${JSON.stringify(query)}`,
    () => operations.memory(questionOf(query, now_ms)),
    // A text is compared once: whoever makes vectors may be paid for each.
    query['text'] === undefined ? every_ms : 'once',
  );
  return (
    <Answered answer={answer} what="winners">
      {(view) => <View view={view} query={query} />}
    </Answered>
  );
}

function View({ view, query }: { readonly view: MemoryView; readonly query: Query }): ReactElement {
  const accounts = view.accounts.map(({ account_id, winners }) => ({ account_id, words: counted(winners, 'winner') }));
  const { account: _, ...kept } = query;
  return (
    <>
      <div className="view-head">
        <div>
          <h1>Memory</h1>
          <p className="about">
            Every winner is remembered with its evidence, and every new creative is compared with them before its first
            impression.
          </p>
        </div>
        {accounts.length > 0 && (
          <AccountChoice accounts={accounts} chosen={view.account_id} view="memory" query={kept} />
        )}
      </div>
      {view.standing === 0 ? (
        <Empty title="No winner is remembered yet">
          An ad is remembered when it is announced as a winner: when its evidence passes what its family asks for.{' '}
          <a href={hrefTo('experiments')}>See how far experiments are</a>.
        </Empty>
      ) : (
        <>
          {/* Another address is another form: its fields begin with what the address says. */}
          <Search key={JSON.stringify(query)} view={view} query={query} />
          <Found view={view} query={query} />
        </>
      )}
    </>
  );
}

const formatWords = (format: string): string => (format === 'unknown' ? 'format not known' : format);

function Search({ view, query }: { readonly view: MemoryView; readonly query: Query }): ReactElement {
  const [text, setText] = useState(query['text'] ?? '');
  const go = (change: Readonly<Record<string, string | null>>): void => {
    const asked: Record<string, string | null> = { ...query, text: text.trim() === '' ? null : text.trim(), ...change };
    window.location.hash = hrefTo('memory', [], asked);
  };
  const submit = (event: FormEvent): void => {
    event.preventDefault();
    go({});
  };
  return (
    <form className="search" role="search" onSubmit={submit}>
      <input
        type="search"
        aria-label="Copy of a creative"
        placeholder="Copy of a creative, for example a headline"
        maxLength={10_000}
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <button className="primary" type="submit">
        Find alike
      </button>
      <Filters view={view} query={query} go={go} />
    </form>
  );
}

interface FiltersProps {
  readonly view: MemoryView;
  readonly query: Query;
  readonly go: (change: Readonly<Record<string, string | null>>) => void;
}

function Filters({ view, query, go }: FiltersProps): ReactElement {
  return (
    <>
      <Filter
        name="Format"
        any="any format"
        value={query['format']}
        options={view.formats.map((format) => ({ value: format, words: formatWords(format) }))}
        onChoose={(format) => go({ format })}
      />
      <Filter
        name="Won"
        any="at any time"
        value={query['days']}
        options={since_days.map((days) => ({ value: String(days), words: `in the last ${days} days` }))}
        onChoose={(days) => go({ days })}
      />
      <Filter
        name="Click rate"
        any="any"
        value={query['rate']}
        options={least_rates.map((rate) => ({ value: String(rate), words: `${rate * 100} % or more` }))}
        onChoose={(rate) => go({ rate })}
      />
    </>
  );
}

interface FilterProps {
  readonly name: string;
  readonly any: string;
  readonly value: string | undefined;
  readonly options: readonly { readonly value: string; readonly words: string }[];
  readonly onChoose: (value: string | null) => void;
}

function Filter({ name, any, value = '', options, onChoose }: FilterProps): ReactElement {
  return (
    <label className="filter">
      {name}{' '}
      <select value={value} onChange={({ target }) => onChoose(target.value === '' ? null : target.value)}>
        <option value="">{any}</option>
        {options.map((option) => (
          <option key={option.value} value={option.value}>
            {option.words}
          </option>
        ))}
      </select>
    </label>
  );
}

function Found({ view, query }: { readonly view: MemoryView; readonly query: Query }): ReactElement {
  const { winners, matching, standing, withdrawn, model, dimensions, failure } = view;
  const asked = query['text'] !== undefined;
  const count = matching === standing ? counted(standing, 'winner') : `${matching} of ${counted(standing, 'winner')}`;
  return (
    <Panel
      title={asked ? 'Most alike' : 'Newest winners'}
      about={
        asked
          ? `Exact cosines of ${model} vectors (${dimensions} dimensions): 1 is the same creative, 0 has nothing in common.`
          : 'What a winner was worth when it was announced. Withdrawn ones are kept in history, and never recalled.'
      }
      aside={
        <span className="panel-tools">
          <span className="aside">
            {count}
            {withdrawn > 0 && `, ${withdrawn} withdrawn`}
          </span>
          {view.account_id !== null && <Export table="winner_detected" account_id={view.account_id} />}
        </span>
      }
    >
      {failure !== null && (
        <p className="lacking" role="status">
          <strong>Not all winners could be compared:</strong> {failure}
        </p>
      )}
      {winners.length === 0 ? (
        <Empty title="No winner passes these filters">
          <a href={hrefTo('memory', [], { account: view.account_id })}>Show all of them</a>.
        </Empty>
      ) : (
        <WinnerTable account_id={view.account_id ?? ''} winners={winners} scored={asked} />
      )}
    </Panel>
  );
}
