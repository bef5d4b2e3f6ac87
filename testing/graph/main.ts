/** `npm run -s graph`: the fake Graph API in a process of its own, with simulated accounts behind it, to try `--meta`. */
import { parseArgs } from 'node:util';
import { day_ms, hour_ms } from '../../schemas/values.ts';
import { graphServer } from './server.ts';
import { simulatedWorld } from './simulated-world.ts';

const lead_days = 28;
/** Between two moves of its clock, which follows real time. */
const beat_ms = 1_000;

const { values } = parseArgs({
  options: {
    port: { type: 'string', default: '4790' },
    token: { type: 'string', default: 'EAAfake' },
    seed: { type: 'string', default: '1' },
  },
});

const now_ms = Date.now();
const first_ms = Math.floor((now_ms - lead_days * day_ms) / hour_ms) * hour_ms;
const world = await simulatedWorld({ seed: Number(values.seed), first_ms, now_ms, token: values.token });
const server = await graphServer(world, { port: Number(values.port) });
setInterval(() => void server.pass(Date.now() - server.now_ms()), beat_ms);
process.stdout.write(`${server.base_url}\n`);
