/** `POST /api/operations/NAME`: what the page and the command line ask, one route each. */
import { z } from 'zod';
import { localPrincipal, seesAccount, type Principal } from '../../access/principal.ts';
import { answerShapes } from '../../operations/answers.ts';
import { argumentShapes } from '../../operations/arguments.ts';
import { answerCall, operation_names, type OperationName } from '../endpoints.ts';
import { operationRules } from '../operation-rules.ts';
import { Reply, type Route } from '../route.ts';
import { checkTopic } from '../scope.ts';

/** Answers null as 404, which the route says instead. */
const present = (shape: z.ZodType): z.ZodType => {
  const inner = shape instanceof z.ZodNullable ? shape.unwrap() : shape;
  return inner instanceof z.ZodType ? inner : shape;
};

/** Fields by which an operation is asked for a topic, its table, or an event of it (`topic/partition/offset`). */
const asked = z.looseObject({ topic: z.unknown(), table: z.unknown(), id: z.unknown() }).partial().catch({});
const listed = z.array(z.looseObject({ account_id: z.string() }));

/** Some answers list the accounts there are: of them the caller is told his own. */
function narrowed(answer: unknown, principal: Principal): unknown {
  if (principal.accounts === 'all' || typeof answer !== 'object' || answer === null) return answer;
  const accounts = listed.safeParse(Reflect.get(answer, 'accounts'));
  if (!accounts.success) return answer;
  return { ...answer, accounts: accounts.data.filter(({ account_id }) => seesAccount(principal, account_id)) };
}

/** Nobody signs for another one: only this user, whose names nobody else knows, says who he is. */
function signedBy(given: unknown, { id }: Principal): unknown {
  if (id === localPrincipal.id || typeof given !== 'object' || given === null) return given;
  const names = ['actor', 'by'].filter((name) => Object.hasOwn(given, name));
  return { ...given, ...Object.fromEntries(names.map((name) => [name, id])) };
}

const operationRoute = (name: OperationName): Route => {
  const { example, ...rule } = operationRules[name];
  return {
    ...rule,
    id: `operations_${name}`,
    method: 'POST',
    path: `/api/operations/${name}`,
    tag: 'Operations',
    takes: argumentShapes[name],
    answers: { 200: present(answerShapes[name]) },
    example,
    problems: [404],
    run: async ({ operations }, given, { principal }) => {
      const { topic, table, id } = asked.parse(given);
      const of_event = typeof id === 'string' ? id.split('/')[0] : undefined;
      for (const one of [topic, table, of_event]) checkTopic({ id: `operations_${name}` }, one, principal);
      return new Reply(200, narrowed(await answerCall(operations, name, signedBy(given, principal)), principal));
    },
  };
};

export const operationRoutes: readonly Route[] = operation_names.map(operationRoute);
