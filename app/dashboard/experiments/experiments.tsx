/** Experiments: the list, or one of them. */
import type { ReactElement } from 'react';
import type { Route } from '../shell/route.ts';
import { Experiment } from './experiment.tsx';
import { ExperimentList } from './list.tsx';

export function Experiments({ route }: { readonly route: Route }): ReactElement {
  const [account_id, experiment_id] = route.rest;
  if (account_id === undefined || experiment_id === undefined) return <ExperimentList query={route.query} />;
  return <Experiment account_id={account_id} experiment_id={experiment_id} />;
}
