/** How the evidence of a decision came about until it was made, and what was thought of the arms then. */
import type { ReactElement } from 'react';
import { z } from 'zod';
import type { ExperimentDetail, Explanation } from '../../operations/operations.ts';
import { posterior } from '../../operations/results.ts';
import { useEngine } from '../data/engine.tsx';
import { useAnswer } from '../data/use-answer.ts';
import { Evidence, armsOf } from '../experiments/history.tsx';
import { armColour } from '../format/arms.ts';
import { Answered } from '../parts/answered.tsx';
import { Empty } from '../parts/empty.tsx';
import { Moment } from '../parts/moment.tsx';
import { Panel } from '../parts/panel.tsx';
import { Posteriors, type Arm } from '../parts/posteriors.tsx';

const ofExperiment = z.object({ account_id: z.string(), experiment_id: z.string(), threshold: z.number().optional() });
const ofSplit = z.object({ arms: z.array(posterior) });

export function Behind({ explanation }: { readonly explanation: Explanation }): ReactElement | null {
  const { value, appended_ms } = explanation.decision;
  const split = ofSplit.safeParse(value);
  if (split.success) {
    const arms = split.data.arms.map((one, i): Arm => ({ name: one.adset_id, colour: armColour(i), posterior: one }));
    return <Thought arms={arms} at_ms={appended_ms} />;
  }
  const experiment = ofExperiment.safeParse(value);
  return experiment.success ? <Grown {...experiment.data} until_ms={appended_ms} /> : null;
}

interface GrownProps extends z.infer<typeof ofExperiment> {
  readonly until_ms: number;
}

function Grown({ account_id, experiment_id, threshold, until_ms }: GrownProps): ReactElement {
  const { operations } = useEngine();
  const answer = useAnswer(
    `experiment ${account_id} ${experiment_id} ${until_ms}`,
    () => operations.experiment({ account_id, experiment_id, until_ms }),
    'once',
  );
  return (
    <Answered answer={answer} what="how its evidence came about">
      {(detail) => detail !== null && <Until detail={detail} threshold={threshold ?? detail.threshold} />}
    </Answered>
  );
}

function Until({ detail, threshold }: { readonly detail: ExperimentDetail; readonly threshold: number }): ReactElement {
  return (
    <>
      <Evidence detail={{ ...detail, threshold }} title="Evidence until it was decided" />
      {detail.posteriors === null ? (
        <Panel title="What was thought of the arms">
          <Empty title="No split was proposed before it">Posteriors of the arms come with the first proposal.</Empty>
        </Panel>
      ) : (
        <Thought arms={armsOf(detail, detail.posteriors.arms)} at_ms={detail.posteriors.at_ms} />
      )}
    </>
  );
}

const Thought = ({ arms, at_ms }: { readonly arms: readonly Arm[]; readonly at_ms: number }): ReactElement => (
  <Panel
    title="What was thought of the arms"
    about={
      <>
        Posteriors as of <Moment at_ms={at_ms} />: mean and 95 % interval of each ad set’s click rate.
      </>
    }
  >
    <Posteriors arms={arms} />
  </Panel>
);
