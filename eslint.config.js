// The rules of the house. Which folder may know which stands in one table; everything else follows from it.
import js from '@eslint/js';
import tseslint from 'typescript-eslint';

/** Folder → folders it may import from. What is not listed, it may not know. */
export const knows = {
  topology: [],
  learning: [],
  schemas: ['topology'],
  policy: ['topology'],
  processors: ['policy', 'learning', 'schemas', 'topology'],
  engine: ['topology'],
  ports: ['schemas', 'topology', 'learning'],
  app: ['topology', 'schemas', 'learning', 'policy', 'processors', 'engine', 'ports', 'proofs'],
  testing: ['topology', 'schemas', 'learning', 'policy', 'processors', 'engine', 'ports', 'app'],
  proofs: ['topology', 'schemas', 'learning', 'policy', 'processors', 'engine', 'ports', 'app', 'testing'],
};

const houses = Object.keys(knows);
const pure = ['processors', 'learning', 'policy', 'topology'];

/** Imports that leave the folder for one it may not know. Tests may look anywhere. */
const direction = houses.map((house) => ({
  files: [`${house}/**/*.ts`],
  ignores: ['**/*.test.ts', '**/*.contract.ts'],
  rules: {
    'no-restricted-imports': [
      'error',
      {
        patterns: [
          ...houses
            .filter((other) => other !== house && !knows[house].includes(other))
            .map((other) => ({
              // What a caller asks is known by its port, as a type; who answers is not.
              regex: `^(\\.\\./)+${other}/${house === 'processors' && other === 'ports' ? '(?!(?:[\\w-]+/)+port\\.ts$)' : ''}`,
              message: `${house}/ may not import from ${other}/: dependencies point one way (see the table in eslint.config.js).`,
            })),
          ...(pure.includes(house)
            ? [{ regex: '^node:', message: `${house}/ is pure: no IO, so that a decision can be made again.` }]
            : []),
        ],
      },
    ],
  },
}));

const impure = [
  'Date',
  'process',
  'fetch',
  'setTimeout',
  'setInterval',
  'setImmediate',
  'crypto',
  'performance',
  'console',
  'globalThis',
];

export default tseslint.config(
  { ignores: ['node_modules/**', '.tsbuild/**', '**/dist/**', 'data/**', 'schemas/generated/**', 'app/client/api.ts'] },
  js.configs.recommended,
  ...tseslint.configs.strict,
  {
    files: ['**/*.ts', '**/*.tsx'],
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-non-null-assertion': 'error',
      '@typescript-eslint/explicit-module-boundary-types': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'no-undef': 'off',
      eqeqeq: 'error',
      complexity: ['error', 16],
      'max-lines': ['error', { max: 300, skipBlankLines: true, skipComments: true }],
      'max-lines-per-function': ['error', { max: 45, skipBlankLines: true, skipComments: true }],
    },
  },
  {
    files: ['**/*.ts'],
    ignores: ['**/*.test.ts', '**/*.contract.ts', 'app/dashboard/**'],
    // One program for all: a service makes one for each folder that `tsc` builds by itself, and a third more work of it.
    languageOptions: { parserOptions: { project: ['tsconfig.lint.json'], tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': 'error',
      '@typescript-eslint/await-thenable': 'error',
    },
  },
  ...direction,
  {
    files: pure.map((house) => `${house}/**/*.ts`),
    ignores: ['**/*.test.ts'],
    rules: {
      'no-restricted-globals': [
        'error',
        ...impure.map((name) => ({
          name,
          message: 'This folder is pure: time, randomness and IO come in as arguments.',
        })),
      ],
      'no-restricted-properties': [
        'error',
        { object: 'Math', property: 'random', message: 'Draw from context.random, so that a redo draws the same.' },
      ],
    },
  },
  {
    // kafkajs, ioredis, lmdb, chdb, the client of Qdrant and Meta's SDK stay behind their ports.
    files: ['**/*.ts'],
    ignores: [
      'engine/embedded/**',
      'engine/kafka/**',
      'ports/analytics/**',
      'ports/vectors/qdrant/**',
      'ports/ad-platform/meta/transport.ts',
      'ports/call-budget/redis/**',
      'testing/services/**',
      'testing/clickhouse-server/**',
      'testing/qdrant-server/**',
    ],
    rules: {
      'no-restricted-syntax': [
        'error',
        { selector: "ImportDeclaration[source.value='lmdb']", message: 'LMDB stays in engine/embedded/.' },
        { selector: "ImportDeclaration[source.value='chdb']", message: 'chDB stays in ports/analytics/.' },
        { selector: "ImportDeclaration[source.value='kafkajs']", message: 'kafkajs stays in engine/kafka/.' },
        {
          selector: "ImportDeclaration[source.value='ioredis']",
          message: 'ioredis stays in engine/kafka/ and ports/call-budget/redis/.',
        },
        {
          selector: "ImportDeclaration[source.value='@qdrant/js-client-rest']",
          message: 'The client of Qdrant stays in ports/vectors/qdrant/.',
        },
        {
          selector: "ImportDeclaration[source.value='facebook-nodejs-business-sdk']",
          message: "Meta's SDK stays in ports/ad-platform/meta/transport.ts.",
        },
      ],
    },
  },
  {
    files: ['**/*.test.ts', '**/*.contract.ts'],
    rules: {
      'max-lines-per-function': 'off',
      'max-lines': ['error', { max: 500 }],
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
  { files: ['**/*.js'], languageOptions: { globals: { process: 'readonly', console: 'readonly' } } },
);
