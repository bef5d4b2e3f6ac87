/** Fields of the policy as a person meets them: meaning, default, limits. Made from the policy's own schemas. */
import { z } from 'zod';
import descriptions from '../../../policy/descriptions.json' with { type: 'json' };
import { limitsOf, limitWords } from '../../../policy/limits.ts';
import { shared_sections, type SectionName } from '../../../policy/policy.ts';
import { policyDefaults, policyShapes } from '../../../policy/sections.ts';

export interface PolicyField {
  readonly section: string;
  readonly name: string;
  /** What it means. */
  readonly words: string;
  readonly default: unknown;
  /** What it may be, in words. */
  readonly limits: string;
  /** Its symbols, where it is one of few. */
  readonly symbols: readonly string[] | null;
  /** A field of a section that holds for all accounts alike. */
  readonly shared: boolean;
}

const words: Readonly<Record<string, Readonly<Record<string, string>>>> = descriptions;

export function policyFields(): readonly PolicyField[] {
  return Object.entries(policyShapes).flatMap(([section, shapes]) =>
    Object.entries(shapes).map(([name, shape]) => {
      const limits = limitsOf(z.instanceof(z.ZodType).parse(shape));
      return {
        section,
        name,
        words: words[section]?.[name] ?? '',
        default: Reflect.get(policyDefaults[section as SectionName], name),
        limits: limitWords(limits),
        symbols: limits.enum ?? null,
        shared: shared_sections.some((one) => one === section),
      };
    }),
  );
}
