/** Alerts on real bytes, from what happens to a message at a channel over the wire. */
import { afterEach, describe, expect, it } from 'vitest';
import { Crash, type Driver } from '../../engine/driver/driver.ts';
import type { EngineEvent, SourceEvent } from '../../engine/engine.ts';
import { rebuild } from '../../engine/state/rebuild.ts';
import { usual_limits } from '../../ports/notify/http/post.ts';
import type { NotifyChannels } from '../../ports/notify/port.ts';
import { slackChannel } from '../../ports/notify/slack/slack.ts';
import { webhookChannel } from '../../ports/notify/webhook/webhook.ts';
import { exampleOf } from '../../schemas/examples.ts';
import type { AlertRaised, NotificationSettled } from '../../schemas/index.ts';
import { hour_ms } from '../../schemas/values.ts';
import { account_id, tick } from '../../testing/history.ts';
import { notifyServer, type NotifyServer } from '../../testing/notify-server/http.ts';
import { decideAgain, driverOf, play } from '../../testing/played.ts';
import { valuesOf } from '../../testing/prediction.ts';
import { snapshot, start_ms } from '../../testing/snapshot.ts';
import { alerts } from './decide.ts';
import { notifyGroup } from './notify/call.ts';

const secret = 'very-secret-secret-of-the-hook';
const base_url = 'https://flywheel.example.com';
const limits = { ...usual_limits, first_retry_ms: 1, attempts: 2 };

const drivers: Driver[] = [];
const servers: NotifyServer[] = [];
afterEach(async () => {
  for (const driver of drivers.splice(0)) await driver.stop();
  for (const server of servers.splice(0)) await server.close();
});

async function serving(): Promise<NotifyServer> {
  const server = await notifyServer({ secret });
  servers.push(server);
  return server;
}

const channelsOf = ({ slack_url, webhook_url }: NotifyServer): NotifyChannels => ({
  slack: slackChannel({ url: slack_url, base_url, limits }),
  webhook: webhookChannel({ url: webhook_url, secret, base_url, limits }),
});

function newDriver(channels: NotifyChannels): Driver {
  const driver = driverOf([alerts, notifyGroup({ channels: () => channels })]);
  drivers.push(driver);
  return driver;
}

const tired = (ad_id: string, hour = 0): SourceEvent => ({
  topic: 'ad.fatigued',
  value: { ...exampleOf('ad.fatigued'), account_id, ad_id, status: 'fatiguing', at_ms: start_ms + hour * hour_ms },
});
const metrics = (hour: number, spend_minor: number): SourceEvent => ({
  topic: 'ad.metrics',
  value: snapshot({ account_id, hour, spend_minor }),
});
const settled = (events: readonly EngineEvent[]): readonly string[] =>
  valuesOf<NotificationSettled>(events, 'notification.settled')
    .map(({ channel, outcome }) => `${channel} ${outcome}`)
    .sort();

describe('what happens to an ad', () => {
  it('reaches Slack with a link and the webhook signed, and a channel that is not set up is said to be none', async () => {
    const server = await serving();
    const events = await play(newDriver(channelsOf(server)), [[tired('ad_1')]]);
    expect(settled(events)).toEqual(['email no_channel', 'slack delivered', 'webhook delivered']);
    expect(server.slack[0]?.text).toContain(`${base_url}/#/fatigue`);
    const [raised] = valuesOf<AlertRaised>(events, 'alert.raised');
    expect(server.webhook[0]?.body).toMatchObject({
      type: 'alert.raised',
      data: { items: [{ alert_id: raised?.alert_id }] },
    });
    // Nothing that opens a channel is in the log.
    expect(JSON.stringify(events.map(({ value }) => value))).not.toContain('very-secret');
  });

  it('is told once, however the totals of its hours are restated and delivered again', async () => {
    const server = await serving();
    const driver = newDriver(channelsOf(server));
    function* rounds(): Generator<readonly SourceEvent[]> {
      for (let hour = 0; hour < 10; hour++) yield [metrics(hour, 60_000), metrics(hour, 60_000), tick(hour)];
      yield [tick(5), metrics(3, 60_000)];
    }
    const events = await play(driver, rounds());
    const raised = valuesOf<AlertRaised>(events, 'alert.raised').map(({ rule_id }) => rule_id);
    expect(raised).toEqual(['budget_mostly_spent', 'budget_overspent']);
    expect(server.slack).toHaveLength(2);
    const told = await decideAgain(
      driver,
      alerts,
      events.find(({ record }) => record.topic === 'alert.raised'),
    );
    expect(told.reproduced).toBe(true);
    expect(told.emitted).toContainEqual({ topic: told.decision.topic, value: told.decision.value });
    for (const group of ['alerts', 'alerts.notify']) {
      const { differences } = await rebuild(driver.engine, group);
      expect(differences).toEqual([]);
    }
    // A rebuild tells nobody.
    expect(server.slack).toHaveLength(2);
  });
});

describe('a channel', () => {
  it('that refuses is told of nothing more than once, and again when a person asks', async () => {
    const server = await serving();
    const driver = newDriver({ slack: channelsOf(server).slack! });
    server.meet({ kind: 'status', status: 404, body: 'no_service' });
    const [first] = valuesOf<NotificationSettled>(
      await play(driver, [[tired('ad_1')], [tick(0)], [tick(1)]]),
      'notification.settled',
    ).filter(({ channel }) => channel === 'slack');
    expect(first).toMatchObject({ outcome: 'refused' });
    expect(first?.message).toMatch(/^127\.0\.0\.1:\d+ answered with 404: no_service; check notify_slack_url$/);
    expect([server.requests, server.slack.length]).toEqual([1, 0]);
    const command = { ...exampleOf('alert.command'), account_id, kind: 'resend', alert_id: null };
    const resend = { topic: 'alert.command', value: { ...command, notification_id: first?.notification_id } };
    await driver.engine.publish({ source: 'operator', position: null, events: [resend] });
    await driver.engine.drain();
    expect(server.slack).toHaveLength(1);
  });

  it('that is away does not stop the loop, and gets its message within the hours when it is back', async () => {
    const server = await serving();
    server.always({ kind: 'status', status: 503 });
    const driver = newDriver({ slack: channelsOf(server).slack! });
    function* rounds(): Generator<readonly SourceEvent[]> {
      yield [tired('ad_1')];
      yield [tick(0)];
      server.always(null);
      yield [tick(1)];
      yield [tick(2)];
    }
    const events = await play(driver, rounds());
    const outcomes = settled(events).filter((one) => one.startsWith('slack'));
    expect(outcomes).toEqual(['slack delivered', 'slack failed', 'slack failed']);
    expect(server.slack).toHaveLength(1);
  });

  it('is told again where the process dies between the sending and the commit: under one id, which says so', async () => {
    const server = await serving();
    const driver = newDriver({ webhook: channelsOf(server).webhook! });
    let deaths = 0;
    driver.onStep = (step, { group }) => {
      if (group !== 'alerts.notify' || step !== 'decide' || server.webhook.length === 0 || deaths++ > 0) return;
      throw new Crash('after the message was sent');
    };
    await driver.start();
    await driver.engine.publish({ source: 'test', position: '0', events: [tired('ad_1')] });
    await driver.survive();
    expect(deaths).toBeGreaterThan(0);
    // At least once: whoever keeps ids takes it once.
    expect(server.webhook).toHaveLength(2);
    expect(new Set(server.webhook.map(({ id }) => id)).size).toBe(1);
    const [one, two] = server.webhook.map(({ text }) => text);
    expect(one).toBe(two);
  });
});
