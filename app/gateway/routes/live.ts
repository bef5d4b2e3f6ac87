/** `GET /api/live`: what happens, as server-sent events. */
import { z } from 'zod';
import { Reply, type Route } from '../route.ts';

export const liveRoute: Route = {
  id: 'live',
  method: 'GET',
  path: '/api/live',
  tag: 'Live',
  words:
    'Server-sent events: `decision` of the accounts that the caller may see, as they are made; `alert` as one is raised, acknowledged or resolved; `status` once a second for who may see all. A listener that names the last id it had (`Last-Event-ID`, which browsers send by themselves) goes on behind it. `resync` says that messages were missed, `{"missed": number or null}`: ask anew.',
  role: 'viewer',
  account: 'own',
  limit: 'live',
  changes: false,
  problems: [503],
  takes: z.strictObject({}),
  answers: { 200: z.string() },
  answers_as: 'text/event-stream',
  example: {},
  run: () => Promise.resolve(new Reply(200, '')),
};
