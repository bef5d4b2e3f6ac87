/** Which groups can decide recorded history again: those that hear of nothing that an answer from outside came into. */
import type { AnyProcessor } from '../../topology/processor.ts';
import type { Topology } from '../../topology/topology.ts';

export interface Coverage {
  /** The groups that make the wanted topics, and those that they hear from. */
  readonly processors: readonly AnyProcessor[];
  /** Topics that these groups read and none of them emits: what is played to them. */
  readonly sources: readonly string[];
  /** Topics that these groups emit. */
  readonly made: readonly string[];
  /** Other groups that decide: what they would have done is not known. */
  readonly left_out: readonly string[];
}

const emitsOf = ({ wiring }: AnyProcessor): readonly string[] => wiring.emits.map(({ name }) => name);
const readsOf = ({ wiring }: AnyProcessor): readonly string[] => wiring.reads.map(({ name }) => name);

/** Topics that hold answers from outside, or what was decided with one. */
function fromOutside({ processors }: Topology): ReadonlySet<string> {
  const touched = new Set<string>();
  for (let before = -1; before < touched.size;) {
    before = touched.size;
    for (const processor of processors)
      if (processor.call !== undefined || readsOf(processor).some((topic) => touched.has(topic)))
        for (const topic of emitsOf(processor)) touched.add(topic);
  }
  return touched;
}

/** The groups behind `topics`, as far as they need no outside. */
export function coverageOf(topology: Topology, topics: readonly string[]): Coverage {
  const touched = fromOutside(topology);
  const wanted = new Set(topics);
  const chosen = new Set<AnyProcessor>();
  for (let before = -1; before < chosen.size;) {
    before = chosen.size;
    for (const processor of topology.processors) {
      const reads = readsOf(processor);
      if (processor.call !== undefined || reads.some((topic) => touched.has(topic))) continue;
      if (!emitsOf(processor).some((topic) => wanted.has(topic))) continue;
      chosen.add(processor);
      for (const topic of reads) wanted.add(topic);
    }
  }
  const processors = topology.processors.filter((processor) => chosen.has(processor));
  const made = new Set(processors.flatMap(emitsOf));
  const sources = new Set(processors.flatMap(readsOf).filter((topic) => !made.has(topic)));
  const left_out = topology.processors.filter((one) => !chosen.has(one) && one.wiring.emits.length > 0);
  return { processors, sources: [...sources], made: [...made], left_out: left_out.map(({ wiring }) => wiring.group) };
}
