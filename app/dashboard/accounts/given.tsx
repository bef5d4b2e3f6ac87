/** All that an account told its niche, as far as it stands. */
import type { ReactElement } from 'react';
import type { NicheView } from '../../../processors/cross-learning/views.ts';
import { change } from '../format/change.ts';
import { count, counted, rate } from '../format/numbers.ts';
import { Empty } from '../parts/empty.tsx';
import { Fact } from '../parts/fact.tsx';
import { Panel } from '../parts/panel.tsx';
import { Table } from '../parts/table.tsx';
import { plain } from './sharing.tsx';

const columns = [
  { head: 'Trait' },
  { head: 'Clicks', numeric: true, title: 'With it against without it, inside experiments of this account' },
  { head: 'Experiments', numeric: true },
];

export function Given({ given }: Pick<NicheView, 'given'>): ReactElement {
  return (
    <Panel title="What it gives" about="All that is kept of this account outside of it. Taken out when it leaves.">
      {given === null ? (
        <Empty title="Nothing given yet">It tells its niche once a week what it has learned until then.</Empty>
      ) : (
        <>
          <dl className="facts in-panel">
            <Fact name="Ads">{count(given.ads)}</Fact>
            <Fact name="Impressions">{count(given.impressions)}</Fact>
            <Fact name="Link click rate">{given.rate === null ? 'unknown' : rate(given.rate)}</Fact>
            <Fact name="Traits compared">{given.effects.length === 0 ? 'none yet' : count(given.effects.length)}</Fact>
          </dl>
          {given.effects.length > 0 && <Told effects={given.effects} />}
        </>
      )}
    </Panel>
  );
}

type Effects = NonNullable<NicheView['given']>['effects'];

const Told = ({ effects }: { readonly effects: Effects }): ReactElement => (
  <details className="json">
    <summary>{counted(effects.length, 'trait')} as told</summary>
    <Table label="Traits as told to the niche" columns={columns}>
      {effects.map(({ trait, value, effect, experiments }) => (
        <tr key={`${trait}=${value}`}>
          <td>
            {plain(trait)}: {plain(value)}
          </td>
          <td className="num">{change(Math.expm1(effect))}</td>
          <td className="num">{count(experiments)}</td>
        </tr>
      ))}
    </Table>
  </details>
);
