import { embeddingsContract } from '../embeddings.contract.ts';
import { hashedEmbeddings } from './hashed.ts';

embeddingsContract('hashed', () => Promise.resolve(hashedEmbeddings));
