/** The API as a page: `docs/api.md`. */
import { allRoutes } from './all-routes.ts';
import { fieldsOf } from './complaint.ts';
import { body_limit_bytes } from './request-limits.ts';
import type { Route } from './route.ts';

const takes = (route: Route): string =>
  fieldsOf(route.takes)
    .split(', ')
    .map((field) => (field === 'no arguments' ? '' : field.replace(/^\w+/, '`$&`')))
    .join(', ');

const statuses = ({ answers }: Route): string => Object.keys(answers).join(', ');

const row = (route: Route): string =>
  `| \`${route.method} ${route.path}\` | ${takes(route)} | ${route.role} | ${statuses(route)} | ${route.words} |`;

function section(tag: string): string {
  const rows = allRoutes.filter((route) => route.tag === tag).map(row);
  return `## ${tag}

| route | takes | role | answers | does |
| ----- | ----- | ---- | ------- | ---- |
${rows.join('\n')}`;
}

/** The whole page, in Markdown. */
export function describeApi(): string {
  const tags = [...new Set(allRoutes.map(({ tag }) => tag))];
  return `# API

Made from \`app/gateway/\` by \`npm run docs\`; do not edit. A running server has the same with every field at \`/docs\`, and as an OpenAPI 3.1 document at \`/openapi.json\`.

The server listens on this machine only, by default at http://127.0.0.1:4747. Requests under \`/api/\` show \`Authorization: Bearer\` with one of three: a key of \`flywheel keys create\`; a token of the OpenID Connect issuer that is configured (\`oidc_issuer\`); or the token of the data folder, which is new at each start and stands in its \`engine.lock\`. The page has the last as a cookie.

\`\`\`sh
KEY=$(flywheel keys create --name me --role operator --json | jq -r .key)
curl -s -H "authorization: Bearer $KEY" 'http://127.0.0.1:4747/api/decisions?account_id=act_1001&limit=5'
\`\`\`

## For all routes

- **Fields** come in the path, in the query of a GET or DELETE, and as one JSON object of at most ${body_limit_bytes / 1024 / 1024} MiB in the body of a POST. A field that is not listed is refused. \`account_id\` may be left out by who may see one account alone.
- **Roles** rise: viewer reads, operator changes, admin looks after keys and asks SQL. A caller of some accounts sees nothing of the others: what belongs to them is 403 where it is named, and not there where it is not. Routes about all accounts at once are for who may see all.
- **Errors** are problem documents (RFC 9457, \`application/problem+json\`): \`type\`, \`title\`, \`status\`, \`detail\`, \`code\`, \`field\`, \`value\` and \`remedy\`. Codes are those of [errors.md](errors.md). What is away is 503 with \`Retry-After\`.
- **Limits** are token buckets of each caller for each class of routes; several instances on one Redis share them. \`RateLimit-Policy\` and \`RateLimit\` say what there is and what is left, 429 has \`Retry-After\`.
- **Changes** are events. The answer waits, up to 5 s, until those groups have passed it by whose state the next read is answered; else it is 202 with \`status_url\`. Work of minutes is 202 with a job. Each change leaves an \`audit.recorded\`.
- **\`Idempotency-Key\`** on a change: the same request under the same key is done once and answered alike for a day (\`Idempotency-Replayed: true\`).
- **Pages** have \`next\`: give it as \`after\`. GET answers have an \`ETag\`.
- **Versions**: fields are only added. What is to go is marked \`deprecated\` in the document for one release.

${tags.map(section).join('\n\n')}

## Operators: GET /healthz, GET /live, GET /ready and GET /metrics

\`/healthz\` answers 200, or 503 once a group has stopped, with the reasons. A group that waits for something outside is \`degraded\`, which is 200: it goes on by itself. \`/live\` answers while the process does. \`/ready\` names what is down: 503 where nothing goes on without it (Kafka, Redis, a group that has stopped), 200 with its name in \`down\` where effects wait for it (registry, ClickHouse, Qdrant); servers are asked once in two seconds at most, and for two seconds. \`/metrics\` is Prometheus' text format: \`flywheel_group_lag_records\`, \`flywheel_group_events_total\`, \`flywheel_group_dead_letters_total\` and others for each group, \`flywheel_topic_records\` for each topic, and the process. None needs a token.
`;
}
