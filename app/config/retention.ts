/** How long topics are kept, where the configuration says otherwise than the topic. */
import { days } from '../../schemas/values.ts';
import type { Topology } from '../../topology/topology.ts';

/** The topology with the configured retention; topics that it does not name keep their own. */
export const withRetention = (topology: Topology, retention_days: Readonly<Record<string, number>>): Topology => ({
  ...topology,
  topics: topology.topics.map((topic) => {
    const kept = retention_days[topic.name];
    return kept === undefined ? topic : { ...topic, retention: { ...topic.retention, keep_ms: days(kept) } };
  }),
});
