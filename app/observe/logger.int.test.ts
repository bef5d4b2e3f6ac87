import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { logFile, openLogger } from './logger.ts';

it('a text of somebody else makes no line of its own in the log, whatever it holds', () => {
  const folder = mkdtempSync(join(tmpdir(), 'flywheel-log-'));
  const hostile = 'a\r\n{"level":60,"msg":"forged"}\n\u2028\u0085\u0000\u001b[2J' + 'x'.repeat(50_000);
  try {
    const logger = openLogger({ data_folder: folder, level: 'info' });
    logger.warn({ account_id: hostile, error: new Error(hostile), [hostile]: 1 }, hostile);
    logger.flush();
    const text = readFileSync(logFile(folder), 'utf8');
    expect(text.trimEnd().split(/\r\n|[\n\r]/)).toHaveLength(1);
    // Nor does it steer a terminal that shows it.
    expect(text.trimEnd()).not.toMatch(/[\p{Cc}\u2028]/u);
    expect(JSON.parse(text)).toMatchObject({ level: 40, msg: hostile, account_id: hostile });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
