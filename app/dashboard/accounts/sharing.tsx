/** Joining and leaving: an account takes part only where its people say so. */
import { useState, type ReactElement } from 'react';
import { niches } from '../../../schemas/niches.ts';
import type { NicheView } from '../../../processors/cross-learning/views.ts';
import type { ShareRequest } from '../../operations/niche/view.ts';
import { useEngine } from '../data/engine.tsx';
import { percent } from '../format/numbers.ts';
import { Chip } from '../parts/chip.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Fact } from '../parts/fact.tsx';
import { Panel } from '../parts/panel.tsx';

interface Props {
  readonly view: NicheView;
  /** What the account is to do from now on; its answer comes when the event has been taken. */
  readonly asked: (shares: boolean) => void;
}

export const plain = (name: string): string => name.replaceAll('_', ' ');

export function Sharing({ view, asked }: Props): ReactElement {
  return (
    <Panel
      title="Takes part"
      aside={
        view.shares ? (
          <Chip tone="good" words="Shares" meaning="It gives to its niche and gets from it." />
        ) : (
          <Chip tone="quiet" words="Learns alone" meaning="It gives nothing and gets nothing." />
        )
      }
    >
      {view.shares ? <Member view={view} asked={asked} /> : <Join view={view} asked={asked} />}
    </Panel>
  );
}

/** "Home decor, 83 % sure, from its creatives". */
function nicheWords({ niche }: NicheView): string {
  if (niche === null) return 'not known yet: its creatives do not say';
  const source = niche.source === 'people' ? 'as set' : `${percent(niche.confidence)} sure, from its creatives`;
  return `${plain(niche.niche)}, ${source}`;
}

function Member({ view, asked }: Props): ReactElement {
  const { operations } = useEngine();
  const { account_id, business_id } = view;
  const leave = async (): Promise<string> => {
    await operations.share_account({ account_id, business_id: business_id ?? account_id, shares: false });
    asked(false);
    return 'It leaves with the next event of its account.';
  };
  return (
    <div className="member">
      <dl className="facts">
        <Fact name="Niche">{nicheWords(view)}</Fact>
        <Fact name="Business">{business_id ?? 'not known'}</Fact>
        <Fact name="Where it stands">{view.words}</Fact>
      </dl>
      <Confirm
        words="Take it out"
        question={`Take ${account_id} out of its niche?`}
        confirm="Take it out"
        doing="Taking out …"
        act={leave}
        harmful
      >
        What it gave is taken out with the next release, and it gets nothing from others from now on. It can come back
        at any time.
      </Confirm>
    </div>
  );
}

function Join({ view, asked }: Props): ReactElement {
  const { operations } = useEngine();
  const { account_id } = view;
  const [business_id, setBusiness] = useState(view.business_id ?? '');
  const [niche, setNiche] = useState('');
  const join = async (): Promise<string> => {
    const request: ShareRequest = { account_id, business_id: business_id.trim(), shares: true };
    await operations.share_account(niche === '' ? request : { ...request, niche });
    asked(true);
    return 'It takes part as soon as its event is taken.';
  };
  return (
    <div className="join">
      <p>
        It would give the number of its ads, impressions and clicks, and how its traits compare; no words, no names, no
        spend. It would get how its click rate stands among accounts like it, and what to test first.
      </p>
      <div className="join-fields">
        <Fields view={view} business_id={business_id} niche={niche} onBusiness={setBusiness} onNiche={setNiche} />
        <Confirm
          words="Let it take part"
          question={`Let ${account_id} learn with others?`}
          confirm="Let it take part"
          doing="Joining …"
          act={join}
          disabled={business_id.trim() === ''}
          primary
        >
          Its figures go into the weekly sum of its niche, hidden by noise. It can be taken out again at any time.
        </Confirm>
      </div>
    </div>
  );
}

interface FieldsProps {
  readonly view: NicheView;
  readonly business_id: string;
  readonly niche: string;
  readonly onBusiness: (id: string) => void;
  readonly onNiche: (niche: string) => void;
}

const Fields = ({ view, business_id, niche, onBusiness, onNiche }: FieldsProps): ReactElement => (
  <>
    <label>
      Business
      <input
        type="text"
        maxLength={500}
        placeholder="All accounts of one business count once"
        value={business_id}
        onChange={({ target }) => onBusiness(target.value)}
      />
    </label>
    <label>
      Niche
      <select value={niche} onChange={({ target }) => onNiche(target.value)}>
        <option value="">{view.niche === null ? 'from its creatives' : nicheWords(view)}</option>
        {niches.map((name) => (
          <option key={name} value={name}>
            {plain(name)}
          </option>
        ))}
      </select>
    </label>
  </>
);
