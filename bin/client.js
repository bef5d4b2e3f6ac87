// Runs the TypeScript sources as they are, without a hook on what else the program imports.
import { tsImport } from 'tsx/esm/api';

export const { flywheelClient } = await tsImport('../app/client/index.ts', import.meta.url);
