/** What was edited of a policy, as text by field, and the document that comes of it. */
import type { PolicyField } from '../../operations/policy/fields.ts';
import type { PolicyView } from '../../operations/policy/view.ts';

/** Text as it was typed, by `section.name`. */
export type Edits = Readonly<Record<string, string>>;

export interface Change {
  readonly field: string;
  readonly before: unknown;
  readonly after: unknown;
}

export const nameOf = ({ section, name }: Pick<PolicyField, 'section' | 'name'>): string => `${section}.${name}`;

/** A value as it is typed: texts of few symbols as they are, all else as JSON. */
export const textOf = (value: unknown): string => (typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));

export function valueIn({ document }: PolicyView, { section, name }: Pick<PolicyField, 'section' | 'name'>): unknown {
  const found: unknown = document[section];
  return typeof found === 'object' && found !== null ? Reflect.get(found, name) : undefined;
}

/** What a text stands for; one that is no JSON stands for itself, and the engine says what is wrong with it. */
export function parsed(field: PolicyField, text: string): unknown {
  if (field.symbols !== null) return text;
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Fields that differ from what is in force. */
export const changesOf = (view: PolicyView, fields: readonly PolicyField[], edits: Edits): readonly Change[] =>
  fields.flatMap((field) => {
    const text = edits[nameOf(field)];
    if (text === undefined) return [];
    const [before, after] = [valueIn(view, field), parsed(field, text)];
    return JSON.stringify(before) === JSON.stringify(after) ? [] : [{ field: nameOf(field), before, after }];
  });

/** The whole document with the edits in it. */
export function documentOf(view: PolicyView, fields: readonly PolicyField[], edits: Edits): Record<string, unknown> {
  const document = structuredClone(view.document) as Record<string, unknown>;
  for (const field of fields) {
    const text = edits[nameOf(field)];
    const section: unknown = document[field.section];
    if (text !== undefined && typeof section === 'object' && section !== null)
      Reflect.set(section, field.name, parsed(field, text));
  }
  return document;
}
