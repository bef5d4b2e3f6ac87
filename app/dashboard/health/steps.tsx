/** How long each step of a batch takes, by group, as the engine of this process measures it. */
import type { ReactElement } from 'react';
import type { StepTime } from '../../operations/running/step-times.ts';
import { useEngine } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { count } from '../format/numbers.ts';
import { Answered } from '../parts/answered.tsx';
import { Empty } from '../parts/empty.tsx';
import { Panel } from '../parts/panel.tsx';
import { Table } from '../parts/table.tsx';

const every_ms = 10_000;
const steps = ['decode', 'load', 'decide', 'commit'] as const;

/** The colour is that of its part in the bar. */
const Head = ({ step, colour }: { readonly step: string; readonly colour: string }): ReactElement => (
  <>
    <span className="swatch inline" style={{ background: colour }} aria-hidden="true" /> {step}, ms
  </>
);

const columns = [
  { head: 'Group' },
  { head: 'Batches', numeric: true, title: 'Since the process began' },
  ...steps.map((step, i) => ({ head: <Head step={step} colour={`var(--arm-${i})`} />, numeric: true, title: 'Mean' })),
  { head: 'Whole, ms', numeric: true, title: 'Mean from when a batch was read until it was committed' },
  { head: 'Half within', numeric: true, title: 'By the limits of the measure' },
  { head: '95 % within', numeric: true, title: 'By the limits of the measure' },
  { head: 'Where its time goes', className: 'wide-only' },
];

export function Steps(): ReactElement {
  const { operations } = useEngine();
  const answer = useAnswer('step times', () => operations.step_times(), every_ms);
  return (
    <Panel
      title="Time of each step"
      about="Of a batch: decode its records, load their state, decide, commit. A batch is one event where they come one by one. Measured in the process that answers."
    >
      <Answered answer={answer} what="times">
        {(times) =>
          times.length === 0 ? (
            <Empty title="No batch yet">Times stand here once this process has handled one.</Empty>
          ) : (
            <Table label="Time of each step" columns={columns} className="step-times">
              {[...new Set(times.map(({ group }) => group))].map((group) => (
                <Row key={group} group={group} times={times.filter((time) => time.group === group)} />
              ))}
            </Table>
          )
        }
      </Answered>
    </Panel>
  );
}

const ms = (value: number): string => (value < 10 ? value.toFixed(2) : count(value));
const within = (limit_ms: number | null | undefined): string => {
  if (limit_ms === undefined) return '–';
  return limit_ms === null ? 'longer' : `${limit_ms < 1 ? limit_ms : count(limit_ms)} ms`;
};

function Row({ group, times }: { readonly group: string; readonly times: readonly StepTime[] }): ReactElement {
  const of = (step: string): StepTime | undefined => times.find((time) => time.step === step);
  const whole = of('batch');
  const total = steps.reduce((sum, step) => sum + (of(step)?.mean_ms ?? 0), 0);
  return (
    <tr>
      <th scope="row">{group}</th>
      <td className="num">{count(whole?.batches ?? 0)}</td>
      {steps.map((step) => (
        <td key={step} className="num">
          {ms(of(step)?.mean_ms ?? 0)}
        </td>
      ))}
      <td className="num">
        <strong>{ms(whole?.mean_ms ?? 0)}</strong>
      </td>
      <td className="num quiet">{within(whole?.half_ms)}</td>
      <td className="num quiet">{within(whole?.most_ms)}</td>
      <td className="wide-only">
        <span className="parts-bar" aria-hidden="true">
          {steps.map((step, i) => (
            <span
              key={step}
              title={`${step} ${ms(of(step)?.mean_ms ?? 0)} ms`}
              style={{
                width: `${((of(step)?.mean_ms ?? 0) / Math.max(total, 1e-9)) * 100}%`,
                background: `var(--arm-${i})`,
              }}
            />
          ))}
        </span>
      </td>
    </tr>
  );
}
