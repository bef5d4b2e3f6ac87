/** What the engine does in Redis, as rules of its access list: the keys of one namespace, and no command more. */

/** Commands of the engine, those inside its scripts included: Redis holds a script to the rights of who runs it. */
const commands = [
  'eval',
  'evalsha',
  'hget',
  'hmget',
  'hset',
  'hdel',
  'hscan',
  'type',
  'unlink',
  // State that is made beside the stored one and put in its place.
  'hlen',
  'rename',
  // Parts that one instance plays at a time.
  'hsetnx',
  'get',
  'set',
  'del',
  'pexpire',
  'ping',
  'hello',
  'auth',
  'info',
  // Whether clocks agree, for `flywheel doctor`.
  'time',
  'config|get',
] as const;

/** Characters that mean more than themselves in a pattern of keys. */
const literal = (text: string): string => text.replace(/[\\*?[\]]/g, (character) => `\\${character}`);

/** Rules for `ACL SETUSER` beside name and password. */
export const aclOf = (namespace: string): readonly string[] => [
  // Keys of a partition begin with a tag in braces, by which a cluster keeps them together.
  `~{${literal(namespace)}:*`,
  `~${literal(namespace)}:*`,
  'resetchannels',
  '-@all',
  ...commands.map((command) => `+${command}`),
];
