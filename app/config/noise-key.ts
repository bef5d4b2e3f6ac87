/**
 * The secret that hides accounts in what is told of their niche, kept in the data folder: whoever has it can take the
 * noise off. Another one under the same data makes noise anew, and with each new noise the old one hides less, so it is
 * made once and belongs to every copy of the folder.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from './config-error.ts';

const file_name = 'noise.key';

/** The key of a data folder, 64 hexadecimal digits; made where there is none, readable by its owner alone. */
export function noiseKey(data_folder: string): string {
  const path = join(data_folder, file_name);
  if (!existsSync(path)) {
    const key = randomBytes(32).toString('hex');
    // Fails where another process was faster: what it wrote is read then.
    try {
      writeFileSync(path, `${key}\n`, { mode: 0o600, flag: 'wx' });
      return key;
    } catch (error) {
      if (!existsSync(path)) throw error;
    }
  }
  const key = readFileSync(path, 'utf8').trim();
  if (/^[0-9a-f]{64}$/.test(key)) return key;
  throw new ConfigError(
    path,
    'does not hold 64 hexadecimal digits',
    'put back the file that was made with this data; without it what is told of niches can no longer be hidden',
  );
}
