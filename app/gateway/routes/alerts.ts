/** Alerts: what is open and was, rules, and what people do about them. Who says so is who asks. */
import { z } from 'zod';
import { answerShapes } from '../../operations/answers.ts';
import { argumentShapes } from '../../operations/arguments.ts';
import { limit, word } from '../loops/shapes.ts';
import { route, type Route } from '../route.ts';

const reads = { tag: 'Alerts', role: 'viewer', limit: 'read', changes: false, account: 'optional' } as const;
const example = { account_id: 'act_1001' };

const list = route({
  ...reads,
  id: 'get_alerts',
  method: 'GET',
  path: '/api/alerts',
  words:
    'Alerts of an account, or of all: those that are open, the most urgent first; those that are over, newest first, each with its reason; and messages that a channel did not take.',
  takes: z.strictObject({ account_id: word.exactOptional(), limit: limit.exactOptional() }),
  answer: answerShapes.alerts,
  example,
}).by(({ operations }, of) => operations.alerts(of));

const rules = route({
  ...reads,
  id: 'get_alert_rules',
  method: 'GET',
  path: '/api/alerts/rules',
  words: 'Rules of an account with their thresholds; they stand in the section `alerts` of the policy.',
  takes: z.strictObject({ account_id: word.exactOptional() }),
  answer: z.object({ rules: answerShapes.alert_rules }),
  example,
}).by(async ({ operations }, of) => ({ rules: await operations.alert_rules(of) }));

const command = route({
  ...reads,
  id: 'command_alert',
  method: 'POST',
  path: '/api/alerts/commands',
  words:
    'Acknowledges or resolves an alert, sends a test message, or a message again that a channel did not take. What comes of it is in GET /api/alerts.',
  role: 'operator',
  limit: 'write',
  changes: true,
  problems: [404],
  takes: argumentShapes.command_alert.omit({ actor: true }),
  answer: answerShapes.command_alert,
  example: { ...example, kind: 'test', reason: 'a check' },
}).by(({ operations }, given, { principal }) =>
  operations.command_alert(argumentShapes.command_alert.parse({ ...given, actor: principal.id })),
);

export const alertRoutes: readonly Route[] = [list, rules, command];
