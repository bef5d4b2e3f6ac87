import { describe, expect, it } from 'vitest';
import { purity } from './purity.ts';

const found = (text: string): readonly string[] =>
  purity([{ path: 'processors/loop/decide.ts', text }]).map(({ place, message }) => `${place} ${message}`);

describe('purity', () => {
  it.each([
    ["import { readFileSync } from 'node:fs';", 'node:fs'],
    ['const now = Date.now();', 'Date.now'],
    ['const now = new Date();', 'Date'],
    ['const now = Date();', 'Date'],
    ["const now = globalThis['Date'];", 'globalThis'],
    ['const { random } = Math;', 'Math.random'],
    ["const x = Math['random']();", 'Math.random'],
    ['import fs from "fs";', 'fs'],
    ["import 'node:process';", 'node:process'],
    ["export { readFile } from 'fs/promises';", 'fs/promises'],
    ['const fs = await import(`fs`);', 'fs'],
    ['const fs = require(name);', 'require'],
    ["const url = 'http://x'; const now = Date.now();", 'Date.now'],
    ['const text = `${Date.now()}`;', 'Date.now'],
    ['const slash = /["/]/; const x = Math.random();', 'Math.random'],
    ['const x = Math.random();', 'Math.random'],
    ["await fetch('http://127.0.0.1');", 'fetch'],
    ['setTimeout(later, 5);', 'setTimeout'],
    ["const fs = await import('node:fs');", 'node:fs'],
    ['const folder = process.cwd();', 'process'],
  ])('%s is found', (line, what) => {
    expect(found(`const a = 1;\n${line}\n`)).toEqual([
      `file processors/loop/decide.ts:2 it uses ${what}, and its folder is pure`,
    ]);
  });

  it('is not fooled by comments, texts and names that only look so', () => {
    expect(
      found(`
        // Date.now() is not for us
        /* Math.random(), process.env */
        const reason = 'fetch(it), new Date';
        const updated = state.process.name + Candidate.now;
        import { day_ms } from '../../schemas/values.ts';
      `),
    ).toEqual([]);
  });
});
