#!/usr/bin/env node
// Runs the TypeScript sources as they are.
import { register } from 'tsx/esm/api';

register();
await import('../flywheel.ts');
