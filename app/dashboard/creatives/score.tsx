/** What a text scores by the account's experiments while it is typed, and which single change goes with more clicks. */
import { useState, type ReactElement } from 'react';
import type { ScoreView } from '../../../processors/creative-dna/views.ts';
import { capital } from '../format/capital.ts';
import { useEngine } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { useSettled } from '../data/use-settled.ts';
import { change, changeRange } from '../format/change.ts';
import { counted } from '../format/numbers.ts';
import { Chip } from '../parts/chip.tsx';
import { Effects } from '../parts/effects.tsx';
import { Panel } from '../parts/panel.tsx';
import { Problem } from '../parts/problem.tsx';
import { hrefTo } from '../shell/route.ts';

/** Typing pauses this long before a text is asked about. */
const pause_ms = 250;

interface Text {
  readonly headline: string;
  readonly primary_text: string;
}

const longest = 10_000;

export function Score({ account_id }: { readonly account_id: string }): ReactElement {
  const [text, setText] = useState<Text>({ headline: '', primary_text: '' });
  const settled = useSettled(text, pause_ms);
  const written = settled.headline.trim() !== '';
  return (
    <Panel
      title="Score a text"
      about="Read and scored as you type, by the account’s own experiments. Nothing is published or kept."
    >
      <div className="score">
        <Form account_id={account_id} text={text} settled={settled} onText={setText} />
        <div className="score-told" aria-live="polite">
          {written ? (
            <Told account_id={account_id} text={settled} />
          ) : (
            <p className="quiet">The score, what it rests on and single changes stand here once there is a headline.</p>
          )}
        </div>
      </div>
    </Panel>
  );
}

interface FormProps {
  readonly account_id: string;
  readonly text: Text;
  readonly settled: Text;
  readonly onText: (text: Text) => void;
}

const Form = ({ account_id, text, settled, onText }: FormProps): ReactElement => (
  <form className="score-form" onSubmit={(event) => event.preventDefault()}>
    <label>
      Headline
      <input
        type="text"
        maxLength={longest}
        placeholder="For example: Still working on a broken desk?"
        value={text.headline}
        onChange={({ target }) => onText({ ...text, headline: target.value })}
      />
    </label>
    <label>
      <span>
        Primary text <span className="quiet">(optional)</span>
      </span>
      <textarea
        rows={4}
        maxLength={longest}
        value={text.primary_text}
        onChange={({ target }) => onText({ ...text, primary_text: target.value })}
      />
    </label>
    {settled.headline.trim() !== '' && (
      <p>
        <a href={hrefTo('memory', [], { account: account_id, text: settled.headline.trim() })}>
          Which winners does this resemble?
        </a>
      </p>
    )}
  </form>
);

function Told({ account_id, text }: { readonly account_id: string; readonly text: Text }): ReactElement | null {
  const { operations } = useEngine();
  const headline = text.headline.trim();
  const primary_text = text.primary_text.trim();
  const { data, error, again } = useAnswer(
    JSON.stringify([account_id, headline, primary_text]),
    () => operations.score_creative({ account_id, headline, ...(primary_text === '' ? {} : { primary_text }) }),
    'once',
  );
  // The last score stays in place while the next is under way, so that nothing jumps with each letter.
  const [kept, setKept] = useState<ScoreView>();
  if (data !== undefined && data !== kept) setKept(data);
  if (error !== null) return <Problem error={error} again={again} />;
  const shown = data ?? kept;
  return shown === undefined ? <p className="quiet">Reading …</p> : <Scored view={shown} />;
}

function Scored({ view }: { readonly view: ScoreView }): ReactElement {
  const { score, experiments, suggestions } = view;
  const known = score.parts.length > 0;
  const tone = score.low > 0 ? 'tone-good' : score.high < 0 ? 'tone-bad' : 'tone-quiet';
  return (
    <>
      {known ? (
        <p className={`score-value ${tone}`}>
          <strong>{change(Math.expm1(score.effect))} clicks</strong>
          {tone === 'tone-quiet' && (
            <Chip tone="quiet" words="not told apart" meaning="The interval holds zero: it may do better or worse." />
          )}{' '}
          <span className="quiet">
            {changeRange(Math.expm1(score.low), Math.expm1(score.high))} (95 %), against the mean ad of{' '}
            {counted(experiments, 'experiment')}
          </span>
        </p>
      ) : (
        <p className="score-value">
          <strong>Unknown</strong>{' '}
          <span className="quiet">no experiment of this account compared any of its traits</span>
        </p>
      )}
      <Changes suggestions={suggestions} />
      {known && <Parts view={view} />}
    </>
  );
}

function Changes({ suggestions }: Pick<ScoreView, 'suggestions'>): ReactElement {
  return (
    <>
      <h3>Single changes that go with more clicks</h3>
      {suggestions.length === 0 ? (
        <p className="quiet">None whose interval lies above zero.</p>
      ) : (
        <ul className="changes">
          {suggestions.map((suggestion) => (
            <li key={suggestion.trait}>{capital(suggestion.words)}</li>
          ))}
        </ul>
      )}
    </>
  );
}

function Parts({ view: { score } }: { readonly view: ScoreView }): ReactElement {
  const effects = score.parts.map(({ name, ...effect }) => {
    const [trait = name, value = ''] = name.split('=');
    return { trait, value, ...effect };
  });
  return (
    <>
      <h3>What it rests on</h3>
      <Effects effects={effects} />
      {score.unknown.length > 0 && (
        <p className="quiet">Never compared here: {score.unknown.map((name) => plain(name)).join(', ')}.</p>
      )}
    </>
  );
}

const plain = (name: string): string => name.replace('=', ': ').replaceAll('_', ' ');
