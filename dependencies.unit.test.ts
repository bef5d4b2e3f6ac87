import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { minVersion, satisfies } from 'semver';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';

const read = <T>(file: string, shape: z.ZodType<T>): T =>
  shape.parse(JSON.parse(readFileSync(join(import.meta.dirname, file), 'utf8')));

const engines = z.looseObject({ node: z.string().optional() });
const lock = read(
  'package-lock.json',
  z.object({
    packages: z.record(
      z.string(),
      z.object({
        version: z.string().optional(),
        engines: z.union([engines, z.array(z.string())]).optional(),
        integrity: z.string().optional(),
        hasInstallScript: z.boolean().optional(),
        deprecated: z.string().optional(),
      }),
    ),
  }),
);
const versions = z.record(z.string(), z.string());
const manifest = read(
  'package.json',
  z.object({
    engines: z.object({ node: z.string() }),
    dependencies: versions,
    devDependencies: versions,
    allowScripts: z.record(z.string(), z.boolean()),
  }),
);
const oldest = minVersion(manifest.engines.node)?.version ?? '';

/** Packages of the lock file that say they do not run on this version of Node. */
const unfit = (node: string): readonly string[] =>
  Object.entries(lock.packages).flatMap(([path, { version, engines: asked }]) => {
    const range = asked === undefined || Array.isArray(asked) ? undefined : asked.node;
    return range === undefined || satisfies(node, range) ? [] : [`${path} ${version ?? ''} needs Node ${range}`];
  });

describe('dependencies', () => {
  it('all run on the oldest Node that package.json promises', () => {
    expect(oldest).toBe('20.19.0');
    expect(Object.keys(lock.packages).length).toBeGreaterThan(100);
    expect(unfit(oldest)).toEqual([]);
    // A check that finds nothing anywhere would be none.
    expect(unfit('16.0.0')).not.toEqual([]);
  });

  it('are named in one version, so that an installation next year is this one', () => {
    const named = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(named.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });

  const installed = Object.entries(lock.packages).filter(([path]) => path !== '');

  it('are what they were when they were locked: each has its checksum', () => {
    expect(installed.filter(([, { integrity }]) => integrity?.startsWith('sha512-') !== true)).toEqual([]);
  });

  it('run no program at their installation that is not named, and refused', () => {
    const running = installed.filter(([, { hasInstallScript }]) => hasInstallScript === true).map(([path]) => path);
    const refused = Object.entries(manifest.allowScripts).filter(([, allowed]) => !allowed);
    expect(refused.map(([name]) => `node_modules/${name}`).sort()).toEqual(running.sort());
  });

  it('are none that its people gave up', () => {
    expect(installed.filter(([, { deprecated }]) => deprecated !== undefined)).toEqual([]);
  });
});
