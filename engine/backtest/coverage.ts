/**
 * Which groups decide recorded history again. What an answer from outside came into is not decided again: where they
 * read of it, they get what was recorded.
 */
import type { AnyProcessor } from '../../topology/processor.ts';
import type { Topology } from '../../topology/topology.ts';

export interface Coverage {
  /** The groups that make the wanted topics, and those behind them as far as no answer from outside is in it. */
  readonly processors: readonly AnyProcessor[];
  /** Topics that these groups read and none of them emits: what is played to them. */
  readonly sources: readonly string[];
  /** Of the sources, those that other groups emit: they stay as recorded, whatever is decided otherwise. */
  readonly as_recorded: readonly string[];
  /** Topics that these groups emit. */
  readonly made: readonly string[];
  /** Of these, those that one of these groups reads. */
  readonly between: readonly string[];
  /** Other groups that emit: what they would have done is not known. */
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

/** The groups that emit `topics`, callers apart, with the deciders behind them. */
export function coverageOf(topology: Topology, topics: readonly string[]): Coverage {
  const touched = fromOutside(topology);
  const wanted = new Set(topics);
  const chosen = new Set<AnyProcessor>();
  for (let before = -1; before < chosen.size;) {
    before = chosen.size;
    for (const processor of topology.processors) {
      if (processor.call !== undefined || !emitsOf(processor).some((topic) => wanted.has(topic))) continue;
      chosen.add(processor);
      for (const topic of readsOf(processor)) if (!touched.has(topic)) wanted.add(topic);
    }
  }
  const processors = topology.processors.filter((processor) => chosen.has(processor));
  const others = topology.processors.filter((one) => !chosen.has(one) && one.wiring.emits.length > 0);
  const made = new Set(processors.flatMap(emitsOf));
  const read = new Set(processors.flatMap(readsOf));
  const sources = [...read].filter((topic) => !made.has(topic));
  const emitted = new Set(others.flatMap(emitsOf));
  return {
    processors,
    sources,
    as_recorded: sources.filter((topic) => emitted.has(topic)),
    made: [...made],
    between: [...made].filter((topic) => read.has(topic)),
    left_out: others.map(({ wiring }) => wiring.group),
  };
}
