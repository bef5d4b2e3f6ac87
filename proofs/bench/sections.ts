/** What the bench of the embedded engine consists of, and how much of each is measured. */
import { z } from 'zod';
import type { Measure } from '../measures.ts';
import { benchArchivist } from './archivist.ts';
import { latency } from './latency.ts';
import { memory } from './memory.ts';
import { training } from './training.ts';
import { engineThroughput, promoterThroughput, wholeThroughput } from './throughput.ts';

const count = z.int().min(1);

export const sizesShape = z.object({
  engine_events: count,
  engine_rounds: count,
  promoter_events: count,
  whole_events: count,
  rounds: count,
  archivist_events: count,
  latency_per_s: count,
  latency_s: z.number().positive(),
  memory_marks: z.array(count),
  training_predictions: count,
  training_per_s: count,
  training_s: z.number().positive(),
});
export type Sizes = z.infer<typeof sizesShape>;
export type Progress = (text: string) => void;

type Section = (sizes: Sizes, onProgress: Progress) => Promise<readonly Measure[]>;

export const sections = {
  engine: (sizes, onProgress) =>
    engineThroughput({ events: sizes.engine_events, rounds: sizes.engine_rounds, onProgress }),
  promoter: async ({ promoter_events, rounds }, onProgress) => [
    await promoterThroughput({ events: promoter_events, rounds, onProgress }),
  ],
  'whole topology': async ({ whole_events, rounds }, onProgress) => [
    await wholeThroughput({ events: whole_events, rounds, onProgress }),
  ],
  archivist: ({ archivist_events, rounds }, onProgress) =>
    benchArchivist({ events: archivist_events, rounds, onProgress }),
  latency: (sizes, onProgress) => latency({ events_per_s: sizes.latency_per_s, seconds: sizes.latency_s, onProgress }),
  memory: (sizes, onProgress) => {
    onProgress('memory');
    return memory({ marks: sizes.memory_marks });
  },
  training: (sizes, onProgress) =>
    training({
      predictions: sizes.training_predictions,
      events_per_s: sizes.training_per_s,
      seconds: sizes.training_s,
      onProgress,
    }),
} satisfies Record<string, Section>;

export type SectionName = keyof typeof sections;
export const sectionNames = Object.keys(sections).filter((name): name is SectionName => name in sections);
