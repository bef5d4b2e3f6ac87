/** An answer in its three states: under way, failed, there. A failure beside older data leaves the data in place. */
import type { ReactElement, ReactNode } from 'react';
import type { Answer } from '../data/use-answer.ts';
import { Loading } from './empty.tsx';
import { Problem } from './problem.tsx';

interface Props<T> {
  readonly answer: Answer<T>;
  readonly what: string;
  readonly children: (data: T) => ReactNode;
}

export function Answered<T>({ answer, what, children }: Props<T>): ReactElement {
  const { data, error, again } = answer;
  return (
    <>
      {error !== null && <Problem error={error} again={again} />}
      {data === undefined ? error === null && <Loading what={what} /> : children(data)}
    </>
  );
}
