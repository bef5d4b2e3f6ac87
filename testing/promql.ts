/** What a PromQL expression asks for: metric names with the labels it uses, read by Prometheus' own grammar. */
import { parser } from '@prometheus-io/lezer-promql';

export interface Asked {
  readonly metrics: readonly string[];
  readonly labels: readonly string[];
}

/** Throws where it is not PromQL. */
export function asked(expression: string): Asked {
  const metrics = new Set<string>();
  const labels = new Set<string>();
  parser.parse(expression).iterate({
    enter({ type, from, to }) {
      const text = expression.slice(from, to);
      if (type.isError) throw new Error(`not PromQL at ${from}: ${expression}`);
      if (type.name === 'Identifier') metrics.add(text);
      if (type.name === 'LabelName') labels.add(text);
    },
  });
  return { metrics: [...metrics], labels: [...labels] };
}
