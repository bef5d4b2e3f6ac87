/** Ages of ads in words. */
import type { Stage } from '../../operations/predictions/learning-view.ts';

export const stageWords: Readonly<Record<Stage, string>> = {
  cold: 'before it was shown',
  day_1: 'after one day',
  day_3: 'after three days',
};
