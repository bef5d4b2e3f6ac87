import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { topology } from '../../../processors/index.ts';
import { sourceTopics } from '../checks/permissions.ts';
import { aclOf } from './acl.ts';

/** All of the engine on Kafka: whoever sends something to Redis lies in it. */
const engine = join(import.meta.dirname, '..');

/** Commands that its files send, by methods of the client and within scripts. */
function used(): readonly string[] {
  const all = readdirSync(engine, { recursive: true, encoding: 'utf8' });
  const files = all.filter((file) => file.endsWith('.ts') && !file.includes('.test.'));
  const commands = files.flatMap((file) => {
    const text = readFileSync(join(engine, file), 'utf8');
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

describe('docs/security.md', () => {
  const page = readFileSync(join(import.meta.dirname, '../../../docs/security.md'), 'utf8');

  it('gives Redis the rules that the engine runs with', () => {
    for (const rule of aclOf('flywheel')) expect(page).toContain(rule);
    const given = [...page.matchAll(/(?<=\s)\+[a-z|]+/g)].map(([rule]) => rule);
    expect(given.sort()).toEqual(
      aclOf('flywheel')
        .filter((rule) => rule.startsWith('+'))
        .sort(),
    );
  });

  it('names every topic that somebody outside may write', () => {
    const options = { topology, policy_topic: 'policy.changed', dead_letter_topic: 'dead.letter', namespace: '' };
    const [, row = ''] = /\| producer +\|([^|]+)\|/.exec(page) ?? [];
    const named = [...row.matchAll(/`([a-z.]+)`/g)].map(([, name = '']) => name);
    expect(named.sort()).toEqual([...sourceTopics(options)].sort());
  });
});
