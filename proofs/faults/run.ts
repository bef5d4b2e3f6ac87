/** One fault run: a worker killed again and again until its work is done, then looked at. */
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openEmbedded } from '../../engine/embedded/embedded.ts';
import { Store } from '../../engine/embedded/store.ts';
import type { Step } from '../../engine/commit-path/faults.ts';
import type { Row } from '../../engine/ports.ts';
import { rebuild } from '../../engine/state/rebuild.ts';
import { generator } from '../../engine/commit-path/seed.ts';
import { bundled } from '../../testing/bundled.ts';
import { toyOptions } from '../../testing/toy/options.ts';
import { seenOf, type Seen } from '../../testing/toy/oracle.ts';
import { rowLine } from './row-line.ts';
import type { WorkerTask } from './worker.ts';

export interface Kill {
  /** A named step, or a random moment. */
  readonly at: Step | 'random';
  /** Also puts the ledger back to what it was some kills ago, as a store that loses its last second. */
  readonly forget: boolean;
}

export interface FaultRun {
  readonly seed: number;
  readonly turns: number;
  readonly clock: WorkerTask['clock'];
  readonly bug: WorkerTask['bug'];
  readonly kills: readonly Kill[];
}

export interface FaultResult {
  readonly seen: Seen;
  /** Kills that found the process at work, by where they hit. Those after the work was done are not among them. */
  readonly hits: ReadonlyMap<Kill['at'], number>;
  readonly forgotten: number;
  /** State made again from the log differs from the stored state in so many keys. */
  readonly differences: number;
}

const worker = fileURLToPath(new URL('worker.ts', import.meta.url));
/** A worker that is neither done nor dead by then hangs, which is a failure of its own. */
const deadline_ms = 60_000;

/**
 * Runs a worker; kills it `after_ms` from its start of work when that is not null. True when it died of its fault;
 * rejects when it hung, or ended in another way than done or killed.
 */
async function work(task: WorkerTask, after_ms: number | null): Promise<boolean> {
  const program = await bundled(worker);
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [program, JSON.stringify(task)], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let hung = false;
    const watchdog = setTimeout(() => {
      hung = true;
      child.kill('SIGKILL');
    }, deadline_ms);
    let done = false;
    child.stdout.on('data', (data: Buffer) => {
      if (data.includes('ready') && after_ms !== null) setTimeout(() => child.kill('SIGKILL'), after_ms);
      if (data.includes('done')) done = true;
    });
    child.on('exit', (code, signal) => {
      clearTimeout(watchdog);
      if (hung) reject(new Error(`the worker was neither done nor dead after ${deadline_ms / 1_000} s`));
      else if (code === 0 && done) resolve(false);
      else if (signal === 'SIGKILL') resolve(true);
      else reject(new Error(`the worker ended with code ${String(code)}, signal ${String(signal)}`));
    });
  });
}

type LedgerCopy = readonly (readonly [Buffer, Buffer])[];

/** Reads or replaces the ledger of a stopped engine; the log stays as it is. */
async function withLedger<T>(folder: string, use: (store: Store) => Promise<T> | T): Promise<T> {
  const store = Store.open(join(folder, 'engine'), toyOptions.partitions);
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

const copyLedger = (folder: string): Promise<LedgerCopy> => withLedger(folder, (store) => [...store.ledgerEntries({})]);

const putBack = (folder: string, copy: LedgerCopy): Promise<void> =>
  withLedger(folder, (store) =>
    store.write(() => {
      for (const key of [...store.ledger.getKeys({})]) store.ledger.removeSync(key);
      for (const [key, value] of copy) store.ledger.putSync(key, value);
    }),
  );

/** Rows that the worker wrote; a line torn by its death is not one. */
export function readRows(folder: string): readonly Row[] {
  const rows: Row[] = [];
  for (const line of readFileSync(join(folder, 'rows.ndjson'), 'utf8').split('\n')) {
    const row = rowLine(line);
    if (row !== undefined) rows.push(row);
  }
  return rows;
}

export async function faultRun(run: FaultRun, onKill: () => void = () => undefined): Promise<FaultResult> {
  const folder = mkdtempSync(join(tmpdir(), 'flywheel-faults-'));
  try {
    const random = generator(run.seed);
    const task = { folder, seed: run.seed, turns: run.turns, clock: run.clock, bug: run.bug };
    const hits = new Map<Kill['at'], number>();
    let forgotten = 0;
    let copy: LedgerCopy | undefined;
    for (const { at, forget } of run.kills) {
      const death = at === 'random' ? null : { step: at, occurrence: 1 + Math.floor(random() * 40) };
      const killed = await work({ ...task, death }, at === 'random' ? random() * 250 : null);
      onKill();
      if (!killed) break;
      hits.set(at, (hits.get(at) ?? 0) + 1);
      if (forget && copy !== undefined) {
        await putBack(folder, copy);
        copy = undefined;
        forgotten++;
      } else copy ??= await copyLedger(folder);
    }
    if (await work({ ...task, death: null }, null)) throw new Error('the last worker was killed from outside');
    return { ...(await look(folder, run)), hits, forgotten };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function look(folder: string, run: FaultRun): Promise<Pick<FaultResult, 'seen' | 'differences'>> {
  const { engine } = openEmbedded({ ...toyOptions, folder, clock: { now_ms: () => Date.now() } });
  await engine.start();
  await engine.drain();
  const seen = await seenOf(engine, readRows(folder));
  const differences = run.bug === 'no journal' ? 0 : (await rebuild(engine, 'chain')).differences.length;
  await engine.stop();
  return { seen, differences };
}
