/**
 * Parameters put into the statement as literals. chDB binds them for the whole process, and so runs one statement with
 * parameters after the other, each over two turns of the event loop: while that is busy, questions would queue.
 */
import { literal } from './layout.ts';

const place = /\{(\w+):\s*([^{}]+?)\s*\}/g;

/** A value as an expression of a type. @throws TypeError for what is neither a text nor a number */
function expression(name: string, value: unknown, type: string): string {
  if (typeof value !== 'string' && typeof value !== 'number')
    throw new TypeError(`parameter ${name} is ${typeof value}: give a text or a number`);
  const text = literal(String(value));
  return type === 'String' ? text : `CAST(${text}, ${literal(type)})`;
}

/** The statement with `{name:Type}` replaced by the parameter of that name; what has none stays, and is refused. */
export const inlined = (statement: string, parameters: Readonly<Record<string, unknown>>): string =>
  statement.replaceAll(place, (found, name: string, type: string) =>
    Object.hasOwn(parameters, name) ? expression(name, parameters[name], type) : found,
  );
