import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { makeDataFolder } from './data-folder.ts';

let folder: string;
beforeEach(() => void (folder = mkdtempSync(join(tmpdir(), 'flywheel-folder-'))));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('the data folder', () => {
  it('is made with all above it, and taken as it is when it exists', () => {
    const path = join(folder, 'a/b/c');
    makeDataFolder(path);
    makeDataFolder(path);
    expect(statSync(path).isDirectory()).toBe(true);
  });

  it.each(['file', 'file/below'])('is refused by name where %s is in the way', (name) => {
    writeFileSync(join(folder, 'file'), '');
    expect(() => makeDataFolder(join(folder, name))).toThrow(/file is a file; name a folder that can be written/);
  });

  it.runIf(process.platform === 'linux')('is refused where the system lets nobody make one', () => {
    expect(() => makeDataFolder('/proc/nowhere/data')).toThrow(/no data folder can be made at .*\/proc\/nowhere/);
  });
});
