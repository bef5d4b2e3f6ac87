/** The loops, one line each. */
import { thompsonSampling } from './thompson-sampling/decide.ts';

export const processors = [thompsonSampling];
