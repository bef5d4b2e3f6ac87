import { describe, expect, it } from 'vitest';
import type { EngineErrorCode } from '../engine/errors.ts';
import { describeErrors } from './error-docs.ts';
import { describeError, docsOf, errorClasses, errors, errorSections, FlywheelError, type ErrorCode } from './errors.ts';

const entries = Object.entries(errors);
const isCode = (code: string): code is ErrorCode => code in errors;

describe('the registry of errors', () => {
  it.each(entries)('%s says what happened and what to do, and ends in a known way', (code, entry) => {
    expect(code).toMatch(/^[a-z_]+(\.[a-z_]+)?$/);
    expect(entry.message).not.toMatch(/[.;]$/);
    expect(entry.remedy).not.toMatch(/[.;]$/);
    expect(entry.remedy.length).toBeGreaterThan(5);
    expect(Object.keys(errorClasses)).toContain(entry.class);
  });

  it.each(entries)('%s leaves no parameter open', (code, { message, remedy }) => {
    const names = [...`${message} ${remedy}`.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
    const parameters = Object.fromEntries(names.map((name) => [name, `<${name}>`]));
    if (!isCode(code)) throw new Error(code);
    const text = describeError(code, parameters as Parameters<typeof describeError>[1]).message;
    expect(text).not.toMatch(/[{}]/);
    for (const name of names) expect(text).toContain(`<${name}>`);
  });

  it('no code stands in two sections, and every code stands in one', () => {
    const listed = errorSections.flatMap((section) => Object.keys(section.entries));
    expect(listed.sort()).toEqual(Object.keys(errors).sort());
  });

  it('every code of the engine is in it', () => {
    const codeOf = (code: EngineErrorCode): ErrorCode => code;
    expect(codeOf('store.full') in errors).toBe(true);
  });

  it('docs/errors.md is made from it', async () => {
    await expect(describeErrors()).toMatchFileSnapshot('../docs/errors.md');
  });

  it('every code is a heading of the page that its link leads to', () => {
    const page = describeErrors();
    for (const code of Object.keys(errors).filter(isCode)) {
      expect(page).toContain(`\n### ${code}\n`);
      expect(docsOf(code)).toBe(`docs/errors.md#${code.replaceAll('.', '')}`);
    }
  });
});

describe('an error', () => {
  it('carries its code, field, value, remedy and ending', () => {
    const error = new FlywheelError('event.unfit', {
      topic: 'ad.metrics',
      field: 'clicks',
      value: '"31"',
      rule: 'must be a number',
      what_to_do: 'write it without quotes',
    });
    expect(error).toMatchObject({
      code: 'event.unfit',
      field: 'clicks',
      value: '"31"',
      remedy: 'write it without quotes',
    });
    expect(error.ending).toMatchObject({ exit: 65, status: 422 });
    expect(error.message).toBe('ad.metrics: clicks is "31": must be a number; write it without quotes');
  });

  it('without a field has none', () => {
    const error = new FlywheelError('port.busy', { port: 3000 });
    expect(error.field).toBeNull();
    expect(error.value).toBeNull();
  });

  it('keeps text in braces that a parameter holds', () => {
    expect(new FlywheelError('usage.invalid', { why: 'read {topic}', what_to_do: 'x' }).what).toBe('read {topic}');
  });
});
