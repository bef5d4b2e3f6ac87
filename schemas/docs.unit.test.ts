import { expect, it } from 'vitest';
import { describeTopics } from './docs.ts';
import { topics } from './index.ts';

it('docs/topics.md is made from the schemas', async () => {
  await expect(describeTopics(topics)).toMatchFileSnapshot('../docs/topics.md');
});
