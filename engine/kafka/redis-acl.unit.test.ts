import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { aclOf } from './redis-acl.ts';

/** Commands that this folder's files send, by methods of the client and within scripts. */
function used(): readonly string[] {
  const files = readdirSync(import.meta.dirname).filter((file) => file.endsWith('.ts') && !file.includes('.test.'));
  const commands = files.flatMap((file) => {
    const text = readFileSync(join(import.meta.dirname, file), 'utf8');
    const calls = [...text.matchAll(/redis\.call\('(\w+)'/g), ...text.matchAll(/\bredis\.([a-z]+)\(/g)];
    return calls.map(([, command = '']) => command.toLowerCase().replace(/buffer$/, ''));
  });
  const of_client = new Set(['call', 'on', 'off', 'once', 'connect', 'disconnect', 'error_reply', 'config']);
  return [...new Set(commands)].filter((command) => !of_client.has(command));
}

describe('the access list of Redis', () => {
  it('has every command that the engine sends, in scripts too', () => {
    const allowed = aclOf('flywheel').filter((rule) => rule.startsWith('+'));
    expect(used().length).toBeGreaterThan(8);
    expect(used().filter((command) => !allowed.includes(`+${command}`))).toEqual([]);
  });

  it('takes a namespace by its letters, not as a pattern', () => {
    expect(aclOf('a*b')[0]).toBe('~{a\\*b:*');
  });
});
