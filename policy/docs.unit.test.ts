/** `docs/policy.md` is made from the policy's types (their comments), limits and defaults. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import type { z } from 'zod';
import { defaultPolicy } from './document.ts';
import { limitsOf, limitWords } from './limits.ts';
import { policyDefaults, policyShapes } from './sections.ts';
import { shared_sections } from './policy.ts';

/** What the comments of an interface say of its fields. */
function commentsOf(file: string): ReadonlyMap<string, string> {
  const text = readFileSync(new URL(file, import.meta.url), 'utf8');
  const found = text.matchAll(/\/\*\*\s*((?:(?!\*\/)[^])*?)\s*\*\/\s+readonly (\w+):/g);
  return new Map(
    [...found].map(([, comment = '', name = '']) => [
      name,
      comment.replace(/^\*\s*/, '').replaceAll(/\s*\n\s*\*\s*/g, ' '),
    ]),
  );
}

const sharedText = shared_sections.map((name) => `\`${name}\``).join(', ');

function sectionText(name: string): string {
  const defaults: object = policyDefaults[name as keyof typeof policyDefaults];
  const comments = commentsOf(`./${name}.ts`);
  const fields = Object.keys(defaults).map((field) => {
    const type = new Map<string, z.ZodType>(Object.entries(policyShapes[name as keyof typeof policyShapes])).get(field);
    if (type === undefined) throw new Error(`policy/sections.ts has no limits for ${name}.${field}`);
    const comment = comments.get(field);
    expect(comment, `policy/${name}.ts says nothing about ${field}`).toBeTypeOf('string');
    const limits = limitWords(limitsOf(type));
    return `- \`${field}\`: ${comment} Default ${JSON.stringify(Reflect.get(defaults, field))}; ${limits}.`;
  });
  return `## ${name}\n\n${fields.join('\n')}`;
}

it('docs/policy.md lists every field with its meaning, default and limits', async () => {
  const page = `# Policy

Made from \`policy/\` by \`npx vitest run policy/docs -u\`; do not edit.

One document says what a winner is, how budgets follow evidence and how predictions learn. It is written as YAML or JSON; what is left out has its default, unknown names are refused. Its version is the first 12 digits of the SHA-256 of its canonical form, and every decision carries it. A policy comes into force as an event (\`policy.changed\`), so that a rebuild decides as was decided. The version of the defaults is \`${defaultPolicy.version}\`.

Single accounts may have fields otherwise: \`accounts\` holds them by account, section and field, and what is left out there is the document's. A decider gets the policy of the account that its event is about; the version is that of the whole document, for all accounts. ${sharedText} may not be set for one account.

\`\`\`yaml
evidence:
  min_lift: 0.05
accounts:
  act_1001:
    evidence:
      min_rate: 0.03
\`\`\`

\`flywheel policy propose FILE\` publishes a document for others to see (\`policy.proposed\`), \`policy diff\` compares, \`flywheel backtest --policy FILE\` says what it would have decided, \`policy activate VERSION\` brings it into force, and \`policy history\` tells who did and why. A proposal that was written on another ground than what holds now is refused: it would undo what came between. A version that was in force before may come back at any time.

${Object.keys(policyDefaults).map(sectionText).join('\n\n')}
`;
  await expect(page).toMatchFileSnapshot('../docs/policy.md');
});

it('policy/descriptions.json says the same of every field to the page', async () => {
  const words = Object.entries(policyDefaults).map(([name, defaults]) => {
    const comments = commentsOf(`./${name}.ts`);
    return [
      name,
      Object.fromEntries(Object.keys(defaults).map((field) => [field, comments.get(field) ?? ''])),
    ] as const;
  });
  await expect(`${JSON.stringify(Object.fromEntries(words), null, 2)}\n`).toMatchFileSnapshot('descriptions.json');
});
