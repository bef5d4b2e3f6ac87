/** The registry of errors as a page: `docs/errors.md`. */
import { errorClasses, errorSections, type ErrorEntry } from './error-codes.ts';

/** The anchor of a code's heading, as GitHub makes it: letters, digits, hyphens and underscores stay. */
export const anchorOf = (code: string): string => code.toLowerCase().replaceAll(/[^a-z0-9_-]/g, '');

/** A template as people read it: `{name}` in italics. */
const readable = (template: string): string =>
  template.replace(/^[a-z]/, (letter) => letter.toUpperCase()).replaceAll(/\{(\w+)\}/g, '_$1_');

function entryText(code: string, { class: kind, status: own, message, remedy }: ErrorEntry): string {
  const { exit, status: usual } = errorClasses[kind];
  const status = own ?? usual;
  return `### ${code}\n\n${readable(message)}.\n\n${readable(remedy)}.\n\nExit code ${exit}, HTTP status ${status}.`;
}

const classList = (): string =>
  Object.entries(errorClasses)
    .map(
      ([name, { exit, status, description }]) =>
        `- **${name}**: exit code ${exit}, HTTP status ${status}. ${description}`,
    )
    .join('\n');

/** The whole page, in Markdown. */
export function describeErrors(): string {
  const sections = errorSections.map(({ title, entries }) => {
    const texts = Object.entries(entries).map(([code, entry]) => entryText(code, entry));
    return `## ${title}\n\n${texts.join('\n\n')}`;
  });
  return `# Errors

Made from \`topology/error-codes.ts\` by \`npx vitest run topology/errors -u\`; do not edit.

Every error has a code, says what was found where, and what to do. Words in italics are filled in.

${classList()}

${sections.join('\n\n')}
`;
}
