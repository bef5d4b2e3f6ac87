import { describe, expect, it } from 'vitest';
import { hashedEmbeddings } from '../../ports/embeddings/hashed/hashed.ts';
import { httpEmbeddings } from '../../ports/embeddings/http/http.ts';
import { usual_limits } from '../../ports/embeddings/http/settings.ts';
import { embeddingsServer } from '../../testing/embeddings-server/server.ts';
import { checkEmbeddings } from './doctor-checks.ts';

describe('doctor', () => {
  it('asks a server of embeddings for one vector, and says how it answers', async () => {
    const server = await embeddingsServer({ dimensions: 8, key: 'right' });
    const settings = { base_url: server.base_url, model: 'words', batch: 1, limits: usual_limits };
    const check = (dimensions: number, key: string) =>
      checkEmbeddings({ embeddings_provider: 'http' }, () =>
        Promise.resolve(httpEmbeddings({ ...settings, dimensions, key })),
      );
    try {
      expect(await check(8, 'right')).toMatchObject({
        level: 'fine',
        said: expect.stringMatching(/^words answers with 8 dimensions in \d+ ms$/),
      });
      expect(await check(9, 'right')).toMatchObject({ level: 'wrong', said: expect.stringContaining('8 dimensions') });
      const refused = await check(8, 'wrong-key');
      expect(refused).toMatchObject({ level: 'wrong', said: expect.stringContaining('401') });
      expect(JSON.stringify(refused)).not.toContain('wrong-key');
    } finally {
      await server.close();
    }
  });

  it('asks nobody where embeddings are made here', async () => {
    const found = await checkEmbeddings({ embeddings_provider: 'hashed' }, () => Promise.resolve(hashedEmbeddings));
    expect(found).toMatchObject({ level: 'fine', said: 'hashed-1 in this process, 256 dimensions' });
  });
});
