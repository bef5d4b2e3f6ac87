/**
 * The servers that a test asks for: those of the environment where addresses are given, else started here, in a folder
 * that is removed afterwards.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startKafka, type KafkaSettings } from './kafka.ts';
import type { Program } from './program.ts';
import { startRedis } from './redis.ts';
import { startRegistry } from './registry.ts';

export class Services {
  readonly folder = mkdtempSync(join(tmpdir(), 'flywheel-services-'));
  readonly #programs: Program[] = [];

  /** Addresses of brokers: `TEST_KAFKA` (host:port, comma between), or a broker of its own with such settings. */
  async kafka(settings: KafkaSettings = {}): Promise<readonly string[]> {
    const given = process.env['TEST_KAFKA'];
    if (given !== undefined) return given.split(',');
    const { brokers, program } = await startKafka(join(this.folder, 'kafka'), settings);
    this.#programs.push(program);
    return brokers;
  }

  /** `TEST_REDIS` (a url), or a Redis of its own. */
  async redis(): Promise<string> {
    const given = process.env['TEST_REDIS'];
    if (given !== undefined) return given;
    const { url, program } = await startRedis(join(this.folder, 'redis'));
    this.#programs.push(program);
    return url;
  }

  /** `TEST_REGISTRY` (a url with its path), or a registry of its own. */
  async registry(): Promise<string> {
    const given = process.env['TEST_REGISTRY'];
    if (given !== undefined) return given;
    const { url, program } = await startRegistry(join(this.folder, 'registry'));
    this.#programs.push(program);
    return url;
  }

  async stop(): Promise<void> {
    await Promise.all(this.#programs.map((program) => program.stop()));
    rmSync(this.folder, { recursive: true, force: true });
  }
}
