/** Who stamps the records of a topic that is there already. */
import { withAdmin } from './admin.ts';
import type { BrokerOptions } from './connection.ts';

/** What the client calls ConfigResourceTypes.TOPIC, which it does not export to modules. */
const topic_resource = 2;

/** `clock` where producers stamp by their own clocks; null where there is no such topic. */
export function stampsOf(options: BrokerOptions, topic: string): Promise<'broker' | 'clock' | null> {
  const name = `${options.topic_prefix ?? ''}${topic}`;
  return withAdmin(options, async (admin) => {
    if (!(await admin.listTopics()).includes(name)) return null;
    const asked = [{ type: topic_resource, name, configNames: ['message.timestamp.type'] }];
    const { resources } = await admin.describeConfigs({ resources: asked, includeSynonyms: false });
    return resources[0]?.configEntries[0]?.configValue === 'LogAppendTime' ? 'broker' : 'clock';
  });
}
