import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { describeApi } from './describe.ts';

it('docs/api.md is made from the operations and what they take', async () => {
  const page = await format(describeApi(), { ...(await resolveConfig('docs/api.md')), parser: 'markdown' });
  await expect(page).toMatchFileSnapshot('../../docs/api.md');
});
