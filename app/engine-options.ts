/** What the engine must know of our topology and configuration, in its own terms. */
import { createHash } from 'node:crypto';
import type { EngineOptions } from '../engine/options.ts';
import { defaultPolicy, policyOfEvent } from '../policy/document.ts';
import { createCodec } from '../schemas/codec.ts';
import type { SchemaIds } from '../schemas/ids.ts';
import { deadLetter, policyChanged } from '../schemas/index.ts';
import type { Topology } from '../topology/topology.ts';
import { z } from 'zod';
import { withRetention } from './config/retention.ts';
import type { Config } from './config/settings.ts';
import { deadLetterEvent } from './operations/dead-letters/event.ts';

const policyEventShape = z.object({ version: z.string(), document: z.string(), activated_ms: z.number() });

/**
 * Version of what decides: a batch that was taken but not committed is redone only by the same. State versions stand
 * for the processors, because a change of what they keep or mean raises them.
 */
function codeVersion(version: string, { processors }: Topology): string {
  const groups = processors.map(({ wiring }) => `${wiring.group} ${wiring.state.version} ${wiring.part?.version ?? 0}`);
  return `${version}-${createHash('sha256').update(groups.join('\n')).digest('hex').slice(0, 8)}`;
}

/** @param ids of a registry; left out: those checked in with the schemas. */
export function engineOptions(config: Config, topology: Topology, version: string, ids?: SchemaIds): EngineOptions {
  const kept = withRetention(topology, config.retention_days);
  return {
    topology: kept,
    codec: createCodec({ topics: kept.topics, ...(ids !== undefined && { ids }) }),
    clock: { now_ms: () => Date.now() },
    partitions: config.partitions,
    code: codeVersion(version, topology),
    policy: {
      topic: policyChanged.name,
      parse: (value) => policyOfEvent(policyEventShape.parse(value)),
      initial: defaultPolicy,
    },
    deadLetters: { topic: deadLetter.name, event: deadLetterEvent },
  };
}
