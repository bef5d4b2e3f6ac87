import { describe, expect, it, vi } from 'vitest';
import { Deliverer, type DeliveryPorts } from './deliverer.ts';
import { MemoryLedger } from '../driver/memory-ledger.ts';
import { MemoryLog } from '../driver/memory-log.ts';
import { MemoryRows } from '../driver/driver.ts';
import { emptyHead, type OutboxEntry } from '../ledger.ts';

const name = { group: 'g', run: 1, topic: 't', partition: 0, offset: 0, ordinal: 0 };
const entry = (seq: number): OutboxEntry => ({
  seq,
  records: [{ topic: 'out', partition: 0, key: 'a', value: Uint8Array.of(seq), name: { ...name, offset: seq } }],
  rows: [{ table: 'rows', value: { seq }, name: { ...name, offset: seq }, at_ms: 0 }],
  bytes: 10,
});

function open(rows: MemoryRows | undefined): { readonly deliverer: Deliverer; readonly log: MemoryLog } {
  const log = new MemoryLog(1, { now_ms: () => 0 });
  const ports: DeliveryPorts = {
    log,
    rows,
    ledger: new MemoryLedger(log).task('g', 0),
    at: () => undefined,
    onProgress: () => undefined,
    onFailure: (error) => {
      throw error;
    },
  };
  return { deliverer: new Deliverer(ports, 0), log };
}

const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 5));

describe('an outbox', () => {
  it('delivers what is added at any moment, also just as the delivery before it ends', async () => {
    for (let steps = 0; steps < 30; steps++) {
      const rows = new MemoryRows();
      const { deliverer, log } = open(rows);
      deliverer.add([entry(1)]);
      for (let i = 0; i < steps; i++) await Promise.resolve();
      deliverer.add([entry(2)]);
      await settled();
      expect([steps, deliverer.idle, log.range('out', 0).end, rows.sent.length]).toEqual([steps, true, 2, 2]);
      expect(deliverer.takeMark()).toBe(2);
    }
  });

  it('is marked up to the first entry that is not wholly outside, though later ones are', async () => {
    const rows = new MemoryRows();
    let release: () => void = () => undefined;
    vi.spyOn(rows, 'send').mockImplementation(() => new Promise((resolve) => (release = resolve)));
    const { deliverer, log } = open(rows);
    deliverer.add([entry(1), { ...entry(2), rows: [] }]);
    await settled();
    expect([log.range('out', 0).end, deliverer.takeMark(), deliverer.bytes]).toEqual([2, 0, 20]);
    release();
    await settled();
    expect([deliverer.takeMark(), deliverer.bytes, deliverer.idle]).toEqual([2, 0, true]);
  });

  it('counts a batch with nothing to deliver as delivered once all before it is, and not earlier', async () => {
    const rows = new MemoryRows();
    let release: () => void = () => undefined;
    vi.spyOn(rows, 'send').mockImplementation(() => new Promise((resolve) => (release = resolve)));
    const { deliverer } = open(rows);
    const commit = (seq: number): number => {
      const head = deliverer.headOf({ ...emptyHead, seq, delivered_seq: deliverer.takeMark() }, undefined);
      deliverer.committed(head, undefined);
      return head.delivered_seq;
    };
    expect(commit(1)).toBe(1);
    deliverer.add([entry(2)]);
    expect(commit(3)).toBe(1);
    await settled();
    expect(deliverer.takeMark()).toBe(1);
    release();
    await settled();
    expect([deliverer.takeMark(), deliverer.idle]).toEqual([3, true]);
  });

  it('of rows alone is done at once where there is no sink', async () => {
    const { deliverer } = open(undefined);
    deliverer.add([{ ...entry(1), records: [] }]);
    expect([deliverer.idle, deliverer.bytes, deliverer.takeMark()]).toEqual([true, 0, 1]);
    await deliverer.stop();
  });
});
