/** Keeps an explained decision as a case that the processor's own test makes again from then on. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { FlywheelError } from '../../../topology/errors.ts';
import type { OperationsContext } from '../context.ts';
import { explain } from './explain.ts';
import type { Explanation } from '../operations.ts';

const processors = fileURLToPath(new URL('../../../processors/', import.meta.url));

/** Raw events kept with a case: it is decided from state, they are there to be read. */
const most_inputs = 20;

/** `auto-promoter.evidence` is a group of the loop in `processors/auto-promoter/`. */
const folderOf = (group: string): string => group.split('.')[0] ?? group;

/** Where a case goes; `name` may hold letters, digits and hyphens, without one the decision's id is used. */
export function casePath(root: string, { group, decision }: Explanation, name: string | null): string {
  if (name !== null && !/^[a-z0-9][a-z0-9-]*$/i.test(name))
    throw new FlywheelError('usage.invalid', {
      why: `${JSON.stringify(name)} is no name for a case`,
      what_to_do: 'use letters, digits and hyphens',
    });
  const file = name ?? (decision.id ?? `${decision.topic}/${decision.offset}`).replaceAll(/[^a-z0-9]+/gi, '-');
  return join(root, folderOf(group), 'cases', `${file}.json`);
}

/** Writes the case and returns its path from the working folder. */
export function saveCase(found: Explanation, name: string | null, root = processors): string {
  const path = casePath(root, found, name);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify({ ...found, inputs: found.inputs.slice(0, most_inputs) }, null, 2)}\n`);
  return relative(process.cwd(), path);
}

/** The same of a decision by its id; null where it is no longer kept. Writes into the program's own folder of cases. */
export async function saveCaseOf(
  context: OperationsContext,
  { id, name = null }: { readonly id: string; readonly name?: string | null },
): Promise<{ readonly path: string } | null> {
  const found = await explain(context, { id });
  return found === null ? null : { path: saveCase(found, name) };
}
