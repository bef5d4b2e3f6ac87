// A thread does not take the TypeScript loader over from its parent: it registers its own.
import { register } from 'tsx/esm/api';

register();
await import('./worker.ts');
