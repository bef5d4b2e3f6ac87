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

export const groupStanding = ({ state }: { readonly state: State }): Standing => standings[state];
