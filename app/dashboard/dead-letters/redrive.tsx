/** Sends dead letters back to the group that refused them, after asking once more. */
import type { ReactElement } from 'react';
import { useEngine } from '../data/engine.tsx';
import { counted } from '../format/numbers.ts';
import { Confirm } from '../parts/confirm.tsx';

interface Props {
  readonly words: string;
  readonly question: string;
  readonly ids: readonly string[];
  readonly done: () => void;
}

export function Redrive({ words, question, ids, done }: Props): ReactElement {
  const { operations } = useEngine();
  const send = async (): Promise<string> => {
    const { redriven, keys } = await operations.redrive({ ids });
    done();
    return `${counted(redriven, 'record')} of ${counted(keys, 'key')} sent back.`;
  };
  return (
    <Confirm words={words} question={question} confirm="Send back" doing="Sending …" act={send} primary>
      They are decided again in their order within each account. What still cannot be read is refused again and comes
      back here; deploy the fix first.
    </Confirm>
  );
}
