/** An account of the alerts loop, event by event, with its parts as the engine gives and keeps them. */
import { defaultPolicy } from '../policy/document.ts';
import type { AlertsPolicy } from '../policy/alerts.ts';
import type { Policy } from '../policy/policy.ts';
import { decide } from '../processors/alerts/decide.ts';
import { deskOf, initialAccount, type AccountState, type Part } from '../processors/alerts/state.ts';
import { wiring } from '../processors/alerts/wiring.ts';
import type {
  AlertCommand,
  AlertRaised,
  AlertResolved,
  DigestMade,
  NotificationRequested,
  TickHourly,
} from '../schemas/index.ts';
import { hour_ms } from '../schemas/values.ts';
import type { Decision } from '../topology/processor.ts';
import { snapshot, start_ms, type Given } from './snapshot.ts';

export const account_id = 'act';

type Handlers = typeof decide;
type EventOfTopic<N extends keyof Handlers> = Parameters<Handlers[N]>[1];
type Emitted = { readonly topic: string; readonly value: object };

export class AlertsAccount {
  state: AccountState = initialAccount();
  parts = new Map<string, Part>();
  policy: Policy = defaultPolicy;
  readonly emitted: Emitted[] = [];

  /** The policy with other alerts. */
  with(given: Partial<AlertsPolicy>): this {
    this.policy = { ...defaultPolicy, alerts: { ...defaultPolicy.alerts, ...given } };
    return this;
  }

  /** Handles one event; returns what it made. */
  take<N extends keyof Handlers & string>(topic: N, event: EventOfTopic<N>): readonly Emitted[] {
    const names: unknown = Reflect.get(wiring.partKeys ?? {}, topic);
    const named =
      typeof names === 'function'
        ? (names as (e: unknown, s: AccountState) => readonly string[])(event, this.state)
        : [];
    const context = {
      ...{ at_ms: 0, seed: 0, random: () => 0, policy: this.policy, key: account_id, stateKey: '' },
      parts: new Map(
        named.flatMap((name) => {
          const part = this.parts.get(name);
          return part === undefined ? [] : [[name, part] as const];
        }),
      ),
    };
    // The compiler does not follow which handler goes with which event; the caller's types did.
    const handler = decide[topic] as unknown as (
      state: AccountState,
      event: EventOfTopic<N>,
      given: typeof context,
    ) => Decision<typeof wiring>;
    const { state, parts, emit = [] } = handler(this.state, event, context);
    this.state = state ?? initialAccount();
    for (const [name, part] of parts ?? []) {
      // What a handler writes it must have been given, or it would overwrite what it does not know.
      if (!named.includes(name) && part !== null) throw new Error(`${topic} writes ${name} unread`);
      if (part === null) this.parts.delete(name);
      else this.parts.set(name, part);
    }
    this.emitted.push(...emit);
    return emit;
  }

  metrics(given: Given): void {
    this.take('ad.metrics', snapshot({ account_id, ...given }));
  }

  /** The end of the hour that begins so many hours after the start. */
  tick(hour: number): readonly Emitted[] {
    const tick: TickHourly = { hour_ms: start_ms + hour * hour_ms };
    return this.take('tick.hourly', tick);
  }

  command(given: Partial<AlertCommand> & Pick<AlertCommand, 'kind' | 'command_id'>): void {
    const none = { alert_id: null, notification_id: null, channel: null };
    this.take('alert.command', { account_id, ...none, actor: 'sam', reason: 'seen', at_ms: start_ms, ...given });
  }

  get desk(): ReturnType<typeof deskOf> {
    return deskOf(this.parts);
  }

  #of<T>(topic: string): readonly T[] {
    return this.emitted.filter((one) => one.topic === topic).map(({ value }) => value as T);
  }
  get raised(): readonly AlertRaised[] {
    return this.#of('alert.raised');
  }
  get resolved(): readonly AlertResolved[] {
    return this.#of('alert.resolved');
  }
  get messages(): readonly NotificationRequested[] {
    return this.#of('notification.requested');
  }
  get digests(): readonly DigestMade[] {
    return this.#of('digest.made');
  }
}
