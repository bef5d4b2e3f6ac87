/** The API as a page: `docs/api.md`. */
import { z } from 'zod';
import { argumentShapes } from '../operations/arguments.ts';
import { operation_names, type OperationName } from './endpoints.ts';
import { body_limit_bytes } from './gateway.ts';
import { loop_routes } from './loop-routes.ts';

/** What each operation does, in a line. */
const words: Readonly<Record<OperationName, string>> = {
  status: 'How everything does: groups, topics, source, and what it came to so far.',
  topology: 'Groups and topics, who reads and who writes what.',
  lag: 'Records that each group has before it by partition, and those that wait upstream.',
  advice: 'What the figures of this moment say that somebody should look at, and what to do about it.',
  step_times: 'How long each step of a batch takes, by group, in the process that answers.',
  experiments: 'A page of experiments, winners first; `after` is the `next` of the page before.',
  experiment: 'One experiment: its arms, and how evidence and shares came about. 404 before it has evidence.',
  learning:
    'What the predictions of an account rest on, how good they are, and whether learning helps; without `account_id` of the account with most actuals.',
  memory:
    'Winners that an account remembers, the newest first; with `text` those that it resembles, nearest first, by exact cosine. Without `account_id` of the account with most.',
  fatigue:
    'How the ads of an account do against their own first days, beside the account, and what may be done; without `account_id` of the account with most tired ads.',
  actuals:
    'What came of predictions: accuracy by age of the ads with ceiling, interval and calibration, drift, what is waited for, and how often the platform was asked.',
  fetch_actuals: 'Asks the ad platform what ads got in the last days; the answers are events that name the requests.',
  sync_actuals: 'The same for every ad whose predictions wait for their actuals.',
  cycles:
    'The learning cycle of an account that runs or ran last: its seven steps, each with status, count and reason; without `account_id` of all accounts that had one.',
  request_cycle:
    'Asks for a learning cycle of an account, or of all: all seven steps now. Answers which cycle runs, which is the one before where that is not over.',
  money:
    'Budgets of an account, or of all: mode and stops, changes that wait for a person, and those that were made, newest first.',
  command_money:
    'What a person decides about budgets: approve, reject or undo a change, undo all since a time, stop or go on, set the mode. Answers which accounts it was sent to; none are all.',
  niche:
    'What an account gives to its niche and gets of it: niche with confidence, the last release, how its click rate stands, and what to test first.',
  niches: 'How many accounts and businesses take part, by niche.',
  share_account:
    'Whether an account learns with others from now on; `shares: false` takes out what it gave. Answers the event that says so.',
  score_creative:
    'What the traits of a new creative go with in the experiments of the account, and single changes that go with more clicks: associations, to be tested.',
  score_ad: 'The same of an ad that the account has; 404 before its creative is known.',
  dna_applications:
    'Ads that were made from other ads: what was expected of each change, what came of it, and how well expectations hold; winners and losers.',
  why_won:
    'What an ad had that its rivals in the experiment had not, and what that goes with; 404 before the ad is known there.',
  promotions:
    'What promotions of an account earn against winners that were held out at random, with intervals, or what is missing to say so; and its winners, newest first, with evidence, budget changes and effect.',
  variations:
    'The A/B queue: variations that winners propose, each with lineage, expected effect and interval; those that wait in their order, by DNA score and expected information, then what is over.',
  decide_variation:
    'Approves, skips, reopens or moves a variation; `before_variation_id` is where it is moved to, the end where it is left out. Nothing is published by it. 404 for one that is not in the queue.',
  policy:
    'The policy in force, or that of `version`, every field; with `account_id` as that account has it. 404 for a version that never was.',
  policy_history:
    'Every policy that was proposed or came into force, newest first: what it changed, who wanted it and why.',
  policy_fields: 'Every field of the policy by section: what it means, its default and its limits.',
  backtest_policy:
    'Recorded history decided again under `document` by a process beside: started where it was not yet, else how far it is; asked again until `state` is no longer `running`.',
  propose_policy:
    'Publishes a policy for others to compare and bring into force, and says what it would change; what `document` leaves out is at its default.',
  activate_policy:
    'Brings a policy into force that was proposed or in force before. 422 where another came into force since it was proposed, unless `anyway`.',
  decisions: 'The newest decisions, newest first.',
  events: 'The newest events of a topic, newest first.',
  dead_letters: 'Records that groups refused, newest first, and how many match.',
  dead_letter: 'One of them with its bytes, and what each decoder said. `id` is `partition:offset`.',
  discard: 'Gives dead letters up for good: they are never decided, and their keys no longer wait for them.',
  redrive: 'Sends dead letters back to the group that refused them; one that went back before is left out.',
  explain: 'A decision: its cause, the raw events behind it, the state it met, and whether it can be made again.',
  run_again:
    'A decision made again from its recorded input and from an edited one (`event`, `state`, `policy`), and in which fields they differ. Nothing is written.',
  save_case: 'Keeps a decision as a case that the test of its processor makes again; answers where it was written.',
  follow: 'What an event caused, as a tree. `id` is `topic/partition/offset` or the id of a decision.',
  query: 'One SQL statement that reads the analytics.',
  publish: 'Appends events, one JSON object a line; a line that is refused is reported and left out.',
  rebuild: 'Makes the state of a group again from the log, aside, and compares.',
  set_speed: 'Speed of the clock of the source: 0 pauses, 1 is real time, "max" as fast as it can.',
};

const schema = z.object({
  properties: z.record(z.string(), z.looseObject({})),
  required: z.array(z.string()).optional(),
});
const property = z.object({
  type: z.string().optional(),
  anyOf: z.array(z.looseObject({ type: z.string().optional(), const: z.unknown().optional() })).optional(),
});

function typeOf(value: unknown): string {
  const { type, anyOf } = property.parse(value);
  if (anyOf === undefined) return type ?? 'any';
  return anyOf.map((one) => (one.const === undefined ? (one.type ?? 'any') : JSON.stringify(one.const))).join(' or ');
}

function fieldsOf(name: OperationName): string {
  const { properties, required } = schema.parse(z.toJSONSchema(argumentShapes[name]));
  const fields = Object.entries(properties).map(
    ([field, value]) => `\`${field}\` ${typeOf(value)}${required?.includes(field) === true ? '' : ', optional'}`,
  );
  return fields.length === 0 ? '' : fields.join('; ');
}

/** The whole page, in Markdown. */
export function describeApi(): string {
  const rows = operation_names.map((name) => `| \`${name}\` | ${fieldsOf(name)} | ${words[name]} |`);
  return `# API

Made from \`app/gateway/\` and \`app/operations/arguments.ts\` by \`npm run docs\`; do not edit.

The server listens on this machine only, by default at http://127.0.0.1:4747. Requests under \`/api/\` show \`Authorization: Bearer TOKEN\`; the token is new at each start and stands in \`engine.lock\` in the data folder. The page has it as a cookie. Requests that name another host, or come from another origin, are refused.

\`\`\`sh
TOKEN=$(node -p 'JSON.parse(fs.readFileSync("data/engine.lock")).token')
curl -s -H "authorization: Bearer $TOKEN" -H 'content-type: application/json' \\
  -d '{"limit": 5}' http://127.0.0.1:4747/api/operations/decisions
\`\`\`

## Operations: POST /api/operations/NAME

The body is one JSON object of at most ${body_limit_bytes / 1024 / 1024} MiB; a field that is not listed is refused. The answer is JSON as \`app/operations/operations.ts\` describes it; an infinite number is \`null\`.

| operation | takes | does |
| --------- | ----- | ---- |
${rows.join('\n')}

An error is a problem document (RFC 9457, \`application/problem+json\`): \`type\`, \`title\`, \`status\`, \`detail\`, \`code\`, \`field\` and \`remedy\`. Codes are those of [errors.md](errors.md).

## Loops: routes by their old names

The same operations under the names that scripts may know. A POST takes a JSON object and answers 202 with what it began, a GET takes the operation's fields as a query; the answers are those of the operation.

| route | operation | does |
| ----- | --------- | ---- |
${loop_routes.map(({ method, path, operation, words: does }) => `| \`${method} ${path}\` | \`${operation}\` | ${does} |`).join('\n')}

## Live: GET /api/live

Server-sent events. \`decision\` as they are made, \`status\` once a second, both as in \`LiveMessage\`. A listener that names the last id it had (\`Last-Event-ID\`, which browsers send by themselves) goes on behind it. \`resync\` says that messages were missed, \`{"missed": number or null}\`: ask the operations anew.

## Operators: GET /healthz, GET /live, GET /ready and GET /metrics

\`/healthz\` answers 200, or 503 once a group has stopped, with the reasons. A group that waits for something outside is \`degraded\`, which is 200: it goes on by itself. \`/live\` answers while the process does. \`/ready\` names what is down: 503 where nothing goes on without it (Kafka, Redis, a group that has stopped), 200 with its name in \`down\` where effects wait for it (registry, ClickHouse, Qdrant); servers are asked once in two seconds at most, and for two seconds. \`/metrics\` is Prometheus' text format: \`flywheel_group_lag_records\`, \`flywheel_group_events_total\`, \`flywheel_group_dead_letters_total\` and others for each group, \`flywheel_topic_records\` for each topic, and the process. None needs the token.
`;
}
