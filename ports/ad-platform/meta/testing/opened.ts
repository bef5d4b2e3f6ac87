/** Meta's adapter on a fake Graph API whose clock is the adapter's: waits move it. */
import { MemoryCallBudget } from '../../../call-budget/memory.ts';
import type { CallBudget } from '../../../call-budget/port.ts';
import { MetaClient, type ClientOptions } from '../client.ts';
import { defaultConversions } from '../conversions.ts';
import { Gate, type MetaClock } from '../gate.ts';
import { MetaAdPlatform, type MetaOptions } from '../meta.ts';
import { usualPull } from '../reports.ts';
import { default_version } from '../version.ts';

/** As much of the server as is needed: tests bring it. */
export interface GraphAt {
  readonly base_url: string;
  now_ms(): number;
  pass(ms: number): Promise<void>;
}

export interface TestedMeta {
  readonly platform: MetaAdPlatform;
  readonly clients: readonly MetaClient[];
  /** How long each wait was, in order. */
  readonly waits: readonly number[];
}

export interface TestedOptions extends Partial<Omit<MetaOptions, 'tenants' | 'now_ms'>> {
  readonly tokens: readonly string[];
  readonly client?: Partial<ClientOptions>;
  readonly budget?: CallBudget;
}

export function testedMeta(server: GraphAt, { tokens, client, budget, ...options }: TestedOptions): TestedMeta {
  const waits: number[] = [];
  const clock: MetaClock = {
    now_ms: () => server.now_ms(),
    sleep: (ms) => {
      waits.push(ms);
      return server.pass(ms);
    },
  };
  const calls = budget ?? new MemoryCallBudget({ points: 3_600, period_ms: 300_000 }, clock.now_ms);
  const gate = new Gate(calls, clock);
  const clients = tokens.map(
    (token) =>
      new MetaClient({
        base_url: server.base_url,
        version: default_version,
        token: () => token,
        app_secret: null,
        deadline_ms: 5_000,
        gate,
        clock,
        random: () => 0.5,
        attempts: 4,
        first_retry_ms: 500,
        patience_ms: 3_600_000,
        ...client,
      }),
  );
  const tenants = clients.map((one, i) => ({ name: `tenant ${i + 1}`, client: one, accounts: null }));
  const platform = new MetaAdPlatform({
    tenants,
    conversions: defaultConversions,
    pull: usualPull,
    now_ms: clock.now_ms,
    ...options,
  });
  return { platform, clients, waits };
}
