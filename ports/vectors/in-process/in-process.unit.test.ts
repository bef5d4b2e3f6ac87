import { vectorContract } from '../vectors.contract.ts';
import { InProcessVectors } from './in-process.ts';

vectorContract('in process', (dimensions) => Promise.resolve(new InProcessVectors(dimensions)));
