import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { noiseKey } from './noise-key.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'flywheel-key-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the key of the noise', () => {
  it('is made once for a data folder, and nobody else may read it', () => {
    const key = noiseKey(folder);
    expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(noiseKey(folder)).toBe(key);
    expect(statSync(join(folder, 'noise.key')).mode & 0o077).toBe(0);
  });

  it('is another one in another folder', () => {
    const other = mkdtempSync(join(tmpdir(), 'flywheel-key-'));
    expect(noiseKey(other)).not.toBe(noiseKey(folder));
    rmSync(other, { recursive: true });
  });

  it('is not made anew where it was damaged, and not printed', () => {
    writeFileSync(join(folder, 'noise.key'), 'secret-but-short');
    expect(() => noiseKey(folder)).toThrow(/noise\.key: does not hold 64 hexadecimal digits; put back the file/);
    expect(() => noiseKey(folder)).not.toThrow(/secret-but-short/);
  });
});
