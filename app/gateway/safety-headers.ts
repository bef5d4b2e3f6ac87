/** Headers of safety: the same for each answer, so that Helmet makes them once. */
import helmet from '@fastify/helmet';
import Fastify from 'fastify';
import { no_features, page_policy } from './guard.ts';

/** What every answer has, whoever makes it. */
const of_any_answer: ReadonlySet<string> = new Set(['connection', 'content-length', 'content-type', 'date', 'vary']);

export async function safetyHeaders(): Promise<Readonly<Record<string, string>>> {
  const one = Fastify();
  await one.register(helmet, {
    contentSecurityPolicy: { useDefaults: false, directives: page_policy },
    crossOriginEmbedderPolicy: false,
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'no-referrer' },
    // What is spoken here is HTTP, of this machine.
    strictTransportSecurity: false,
  });
  one.get('/', (_request, reply) => reply.send(''));
  const { headers } = await one.inject('/');
  await one.close();
  const own = Object.entries(headers).filter(([name]) => !of_any_answer.has(name));
  return {
    ...Object.fromEntries(own.map(([name, value]) => [name, String(value)])),
    'permissions-policy': no_features,
  };
}
