import { describe, expect, it } from 'vitest';
import { emptyRegistry, modelsOf, withRollback, withTrained, type Registry } from './registry.ts';

let at_ms = 0;
const trained = (
  registry: Registry,
  model_id: string,
  champion_model_id: string | null = registry.champion,
): Registry => withTrained(registry, { model_id, champion_model_id, status: 'trained', at_ms: ++at_ms });
const back = (registry: Registry, to_model_id: string | null): Registry =>
  withRollback(registry, { to_model_id, at_ms: ++at_ms });

describe('the model in use', () => {
  const two = trained(trained(emptyRegistry, 'a'), 'b');

  it('is the last that was better than the one before', () => {
    expect(two.champion).toBe('b');
    expect(two.lineage.map(({ model_id, replaced, how }) => [model_id, replaced, how])).toEqual([
      ['a', null, 'trained'],
      ['b', 'a', 'trained'],
    ]);
  });

  it.each(['refused', 'failed'] as const)('is not one that was %s', (status) => {
    expect(withTrained(two, { model_id: 'c', champion_model_id: 'b', status, at_ms })).toBe(two);
  });

  it('is not one that was compared with a model no longer in use', () => {
    expect(trained(two, 'c', 'a')).toBe(two);
    expect(trained(back(two, 'a'), 'c', 'b').champion).toBe('a');
  });

  it('is not taken twice from the same answer', () => {
    expect(trained(two, 'b', 'b')).toBe(two);
    expect(trained(back(two, 'a'), 'b', 'a').champion).toBe('a');
  });

  it('is an earlier one, or none, once somebody asks for it', () => {
    expect(back(two, 'a')).toMatchObject({ champion: 'a' });
    expect(back(two, null)).toMatchObject({ champion: null });
    expect(back(back(two, null), 'b').champion).toBe('b');
  });

  it('stays where one is asked for that is in use or unknown', () => {
    expect(back(two, 'b')).toBe(two);
    expect(back(two, 'never')).toBe(two);
  });

  it('and those one can go back to stay few, however many are trained', () => {
    let registry = emptyRegistry;
    for (let i = 0; i < 50; i++) registry = trained(registry, `m${i}`);
    expect(registry.champion).toBe('m49');
    expect(modelsOf(registry).size).toBe(9);
    expect(back(registry, 'm41').champion).toBe('m41');
    expect(back(registry, 'm40')).toBe(registry);
  });
});
