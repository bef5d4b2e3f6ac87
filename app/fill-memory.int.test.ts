import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { openEmbedded } from '../engine/embedded/embedded.ts';
import type { SourceEvent } from '../engine/engine.ts';
import { resetGroup } from '../engine/state/reset-group.ts';
import { hashedEmbeddings } from '../ports/embeddings/hashed/hashed.ts';
import { httpEmbeddings } from '../ports/embeddings/http/http.ts';
import { usual_limits } from '../ports/embeddings/http/settings.ts';
import type { EmbeddingProvider } from '../ports/embeddings/port.ts';
import { InProcessVectors } from '../ports/vectors/in-process/in-process.ts';
import type { VectorStore } from '../ports/vectors/port.ts';
import { qdrantVectors } from '../ports/vectors/qdrant/qdrant.ts';
import { creativeDna } from '../processors/creative-dna/decide.ts';
import { ragMemory } from '../processors/rag-memory/decide.ts';
import { indexGroup } from '../processors/rag-memory/index/call.ts';
import { storeVersion } from '../processors/rag-memory/outside.ts';
import { recallGroup } from '../processors/rag-memory/recall/call.ts';
import { exampleOf } from '../schemas/examples.ts';
import { noCreativeFacts, topics, type MemoryRecalled } from '../schemas/index.ts';
import { embeddingsServer, type EmbeddingsServer } from '../testing/embeddings-server/server.ts';
import { qdrantServer, type QdrantServer } from '../testing/qdrant-server/server.ts';
import { start_ms } from '../testing/snapshot.ts';
import { defaultConfig } from './config/settings.ts';
import { engineOptions } from './engine-options.ts';
import { MemoryFill } from './fill-memory.ts';

const dimensions = 96;
const folders: string[] = [];
const servers: EmbeddingsServer[] = [];
afterEach(async () => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
  for (const server of servers.splice(0)) await server.close();
});

const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'memory-'));
  folders.push(folder);
  return folder;
};
async function serving(refused_input?: string): Promise<EmbeddingsServer> {
  const server = await embeddingsServer({
    dimensions,
    key: null,
    ...(refused_input === undefined ? {} : { refused_input }),
  });
  servers.push(server);
  return server;
}
const providerAt = ({ base_url }: EmbeddingsServer): EmbeddingProvider =>
  httpEmbeddings({
    base_url,
    model: 'words-96',
    dimensions,
    key: null,
    batch: 16,
    limits: { ...usual_limits, attempts: 1, first_retry_ms: 1 },
  });

interface Opened {
  readonly fill: MemoryFill;
  /** Publishes events, waits for the groups, and returns what was recalled of them. */
  play(events: readonly SourceEvent[]): Promise<readonly MemoryRecalled[]>;
}

interface Given {
  readonly vectors?: VectorStore;
  /** A group whose state is forgotten before it starts. */
  readonly reset?: string;
}

/** A start of the program on a folder, with a provider; ends with `work`. */
async function started<T>(
  folder: string,
  embeddings: EmbeddingProvider,
  work: (opened: Opened) => Promise<T>,
  { vectors = new InProcessVectors(embeddings.dimensions), reset }: Given = {},
): Promise<T> {
  const fill = new MemoryFill({ embeddings, vectors }, pino({ level: 'silent' }));
  const processors = [creativeDna, ragMemory, indexGroup(fill.outside), recallGroup(fill.outside)];
  const { engine } = openEmbedded({ ...engineOptions(defaultConfig, { topics, processors }, 'test'), folder });
  try {
    if (reset !== undefined) await resetGroup(engine, reset);
    await fill.begin(engine);
    await engine.start();
    let position = 0;
    return await work({
      fill,
      play: async (events) => {
        const recalled: MemoryRecalled[] = [];
        const stop = engine.tail((seen) => {
          for (const { record, value } of seen)
            if (record.topic === 'memory.recalled') recalled.push(value as unknown as MemoryRecalled);
        });
        await engine.publish({ source: `test-${embeddings.model}`, position: String(position++), events });
        await engine.drain();
        stop();
        return recalled;
      },
    });
  } finally {
    await fill.stop();
    await engine.stop();
  }
}

/** Memory without a log. */
function bare(embeddings: EmbeddingProvider): Pick<MemoryFill, 'outside'> & { full(): Promise<void> } {
  const vectors = new InProcessVectors(embeddings.dimensions);
  const fill = new MemoryFill({ embeddings, vectors }, pino({ level: 'silent' }));
  return { outside: fill.outside, full: () => fill.full() };
}

const created = (ad_id: string, headline: string): SourceEvent => ({
  topic: 'ad.created',
  value: {
    ...noCreativeFacts,
    account_id: 'act',
    campaign_id: 'c',
    adset_id: `set-${ad_id}`,
    ad_id,
    experiment_id: null,
    objective: 'traffic',
    name: headline,
    headline,
    primary_text: null,
    call_to_action: null,
    format: 'image',
    created_ms: start_ms,
    provenance: 'live',
  },
});
const of = (topic: 'winner.detected' | 'winner.withdrawn', ad_id: string): SourceEvent => ({
  topic,
  value: { ...exampleOf(topic), account_id: 'act', ad_id, experiment_id: `exp-${ad_id}`, at_ms: start_ms },
});

/** A folder whose account has two winners that stand and one that was withdrawn, all in hashed vectors. */
async function folderWithWinners(embeddings = hashedEmbeddings, given: Given = {}): Promise<string> {
  const folder = newFolder();
  await started(
    folder,
    embeddings,
    async ({ play }) => {
      await play([created('desk', 'Is your desk older than your phone?'), created('coat', 'The coat for cold days')]);
      await play([created('gone', 'Is your chair older than your phone?')]);
      await play(['desk', 'coat', 'gone'].map((ad) => of('winner.detected', ad)));
      await play([of('winner.withdrawn', 'gone')]);
    },
    given,
  );
  return folder;
}

const sofa = created('sofa', 'Is your sofa older than your phone?');

describe('another provider of embeddings after a restart', () => {
  it('finds all winners again, in its own vectors, and none that were withdrawn', async () => {
    const folder = await folderWithWinners();
    const server = await serving();
    await started(folder, providerAt(server), async ({ play }) => {
      const [recalled] = await play([sofa]);
      expect(recalled).toMatchObject({ embedding_model: 'words-96', failure: null });
      expect(recalled?.neighbours.map(({ ad_id }) => ad_id)).toEqual(['desk', 'coat']);
      expect(recalled?.neighbours[0]?.score).toBeGreaterThan(0.6);
    });
    // What was withdrawn needs no vector, and each winner is embedded once however often it was said.
    expect(server.seen.flatMap(({ inputs }) => inputs).filter((input) => /chair/.test(input))).toEqual([]);
    expect(server.seen.flatMap(({ inputs }) => inputs).filter((input) => /coat/.test(input))).toHaveLength(1);
  });

  it('that is away does not hold up the start: recall says what it lacks, until it has it', async () => {
    const folder = await folderWithWinners();
    const server = await serving();
    server.always({ kind: 'status', status: 503 });
    await started(folder, providerAt(server), async ({ fill, play }) => {
      expect(fill.outside.lacking('act')).toMatch(/^2 winners have no vector of words-96 yet: .*503/);
      expect(fill.outside.lacking('another')).toBeNull();
      server.always(null);
      await vi.waitFor(() => expect(fill.outside.lacking('act')).toBeNull(), { timeout: 8_000 });
      const [recalled] = await play([sofa]);
      expect(recalled).toMatchObject({ failure: null, embedding_model: 'words-96' });
      expect(recalled?.neighbours).toHaveLength(2);
    });
  }, 20_000);

  it('that refuses one winner has all others, and recall names what is missing', async () => {
    const folder = await folderWithWinners();
    await started(folder, providerAt(await serving('coat')), async ({ fill, play }) => {
      await fill.full();
      const [recalled] = await play([sofa]);
      expect(recalled?.neighbours.map(({ ad_id }) => ad_id)).toEqual(['desk']);
      expect(recalled?.failure).toMatch(/^one winner has no vector of words-96 yet: .*400/);
    });
  });

  it('that fails while a winner is announced has it when it is back', async () => {
    const server = await serving();
    const { outside, full } = bare(providerAt(server));
    server.meet({ kind: 'status', status: 503 });
    const payload = { experiment_id: 'exp', format: 'image', niche: null, lift: 0.1, won_at_ms: start_ms };
    const wish = { account_id: 'act', ad_id: 'desk', version: 1, text: 'A desk', traits: [], recallable: true };
    outside.later({ ...wish, ...payload });
    expect(outside.lacking('act')).toContain('one winner has no vector');
    await full();
    expect(outside.lacking('act')).toBeNull();
    expect(await outside.vectors.count('act')).toBe(1);
  });

  it('and back again needs nothing of the other', async () => {
    const folder = await folderWithWinners();
    await started(folder, providerAt(await serving()), async ({ play }) => {
      await play([created('bed', 'Is your bed older than your phone?')]);
      await play([of('winner.detected', 'bed')]);
    });
    await started(folder, hashedEmbeddings, async ({ play }) => {
      const [recalled] = await play([sofa]);
      expect(recalled?.embedding_model).toBe('hashed-1');
      expect(recalled?.neighbours.map(({ ad_id }) => ad_id).toSorted()).toEqual(['bed', 'coat', 'desk']);
    });
  });
});

describe('a store that keeps its vectors', () => {
  const storeAt = ({ url }: QdrantServer, { model, dimensions: size }: EmbeddingProvider): VectorStore =>
    qdrantVectors({
      url,
      key: null,
      collection: 'winners',
      model,
      dimensions: size,
      patience: { deadline_ms: 2_000, try_ms: 1_000, attempts: 1, first_retry_ms: 1 },
    });
  const inputs = (server: EmbeddingsServer): number => server.seen.flatMap((request) => request.inputs).length;
  const written = (qdrant: QdrantServer): number =>
    qdrant.seen.filter(({ path }) => path.endsWith('/points/batch')).length;

  it('needs nothing at a start: no winner is embedded or written again', async () => {
    const [server, qdrant] = [await serving(), await qdrantServer()];
    const folder = await folderWithWinners(providerAt(server), { vectors: storeAt(qdrant, providerAt(server)) });
    const before = [inputs(server), written(qdrant)];
    await started(
      folder,
      providerAt(server),
      async ({ fill, play }) => {
        await fill.full();
        expect([inputs(server), written(qdrant)]).toEqual(before);
        const [recalled] = await play([sofa]);
        expect(recalled?.failure).toBeNull();
        expect(recalled?.neighbours.map(({ ad_id }) => ad_id)).toEqual(['desk', 'coat']);
      },
      { vectors: storeAt(qdrant, providerAt(server)) },
    );
    // The creative that was compared, and nothing else.
    expect(inputs(server)).toBe((before[0] ?? 0) + 1);
  });

  it('has another collection for another provider, filled from the log', async () => {
    const [server, qdrant] = [await serving(), await qdrantServer()];
    const folder = await folderWithWinners(hashedEmbeddings, { vectors: storeAt(qdrant, hashedEmbeddings) });
    await started(
      folder,
      providerAt(server),
      async ({ play }) => {
        const [recalled] = await play([sofa]);
        expect(recalled).toMatchObject({ embedding_model: 'words-96', failure: null });
        expect(recalled?.neighbours.map(({ ad_id }) => ad_id)).toEqual(['desk', 'coat']);
      },
      { vectors: storeAt(qdrant, providerAt(server)) },
    );
    expect(qdrant.names()).toEqual(['winners_hashed-1_256', 'winners_words-96_96']);
  });

  it('that is away does not hold up the start: recall says what is not known, until it is', async () => {
    const qdrant = await qdrantServer();
    const folder = await folderWithWinners(hashedEmbeddings, { vectors: storeAt(qdrant, hashedEmbeddings) });
    await qdrant.away();
    await started(
      folder,
      hashedEmbeddings,
      async ({ fill }) => {
        expect(fill.outside.lacking('act')).toMatch(/^it is not known yet which winners .*does not answer/);
        expect(fill.outside.lacking('another')).toBeNull();
        await qdrant.back();
        await vi.waitFor(() => expect(fill.outside.lacking('act')).toBeNull(), { timeout: 10_000 });
        expect(await fill.outside.vectors.count('act')).toBe(2);
      },
      { vectors: storeAt(qdrant, hashedEmbeddings) },
    );
  }, 30_000);

  it('takes what a group that was reset says as newer than all it said before', async () => {
    const qdrant = await qdrantServer();
    const vectors = storeAt(qdrant, hashedEmbeddings);
    const folder = await folderWithWinners(hashedEmbeddings, { vectors });
    const named = (run: number) => [{ account_id: 'act', ad_id: 'desk', version: storeVersion(run, 1) }];
    expect([await vectors.absent(named(1)), await vectors.absent(named(2))]).toEqual([[], named(2)]);
    await started(folder, hashedEmbeddings, ({ play }) => play([sofa]), { vectors, reset: 'rag-memory' });
    expect(await vectors.absent(named(2))).toEqual([]);
    expect(await vectors.count('act')).toBe(2);
  });
});
