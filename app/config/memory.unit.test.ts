import { describe, expect, it } from 'vitest';
import { topology } from '../../processors/index.ts';
import { loadConfig, type LoadedConfig } from './load.ts';
import { ownMemory, reads, writes } from './memory.ts';

const load = (more: Readonly<Record<string, string>>): LoadedConfig =>
  loadConfig({
    flags: {},
    environment: {
      FLYWHEEL_ENGINE: 'kafka',
      FLYWHEEL_KAFKA_BROKERS: '127.0.0.1:9092',
      FLYWHEEL_REDIS_URL: 'redis://127.0.0.1',
      ...more,
    },
    file: null,
    topics: [],
  });

describe('memory on Kafka', () => {
  it('is of each instance alone unless a Qdrant is named', () => {
    expect(ownMemory(load({}).config)).toBe(true);
    expect(ownMemory(load({ FLYWHEEL_QDRANT_URL: 'http://127.0.0.1:6333' }).config)).toBe(false);
    expect(ownMemory(load({ FLYWHEEL_ENGINE: 'embedded' }).config)).toBe(false);
  });

  it.each([
    [writes, reads],
    [reads, writes],
  ])('refuses %s without %s in an instance where vectors are in the process', (one, other) => {
    const refused = (): LoadedConfig => load({ FLYWHEEL_GROUPS: `archivist,${one}` });
    expect(refused).toThrow(`FLYWHEEL_GROUPS: ${one} would run here and ${other} elsewhere`);
    expect(refused).toThrow(`--group ${other}`);
    expect(load({ FLYWHEEL_GROUPS: `${one},${other}` }).config.groups).toHaveLength(2);
    expect(load({ FLYWHEEL_GROUPS: one, FLYWHEEL_QDRANT_URL: 'http://127.0.0.1:6333' }).config.groups).toHaveLength(1);
  });

  it('knows the groups by the names that they have', () => {
    const groups = topology.processors.map(({ wiring }) => wiring.group);
    expect(groups).toEqual(expect.arrayContaining([writes, reads]));
  });
});
