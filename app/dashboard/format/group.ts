/** The state of a consumer group in a word, and what it means for the reader. */
import type { Status } from '../../operations/operations.ts';
import type { Standing } from './evidence.ts';

type State = Status['groups'][number]['state'];

const standings: Readonly<Record<State, Standing>> = {
  running: { words: 'Running', tone: 'good', meaning: 'Handles events now.' },
  idle: { words: 'Idle', tone: 'quiet', meaning: 'Has handled all there is, and waits for more.' },
  waiting: { words: 'Waiting', tone: 'warn', meaning: 'Cannot deliver what it made; it goes on as soon as it can.' },
  stopped: { words: 'Stopped', tone: 'bad', meaning: 'Handles nothing until someone acts on its reason.' },
};

const keeping_up: Standing = { words: 'Keeping up', tone: 'good', meaning: 'Handles events as they come; none waits.' };

/** A group that finds nothing to do between two events is not idle. */
export const groupStanding = ({
  state,
  events_per_s,
}: Pick<Status['groups'][number], 'state' | 'events_per_s'>): Standing =>
  state === 'idle' && events_per_s > 0 ? keeping_up : standings[state];
