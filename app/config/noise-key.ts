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

const isKey = (text: string): boolean => /^[0-9a-f]{64}$/.test(text);

/**
 * The key of a folder whose instance shares its data with others: they agree on the first that one of them offers.
 * @throws ConfigError where the folder has another one than they.
 */
export async function agreedNoiseKey(
  data_folder: string,
  agree: (offered: string) => Promise<string>,
): Promise<string> {
  const path = join(data_folder, file_name);
  const own = existsSync(path) ? noiseKey(data_folder) : null;
  const agreed = await agree(own ?? randomBytes(32).toString('hex'));
  if (own === null && isKey(agreed)) writeFileSync(path, `${agreed}\n`, { mode: 0o600, flag: 'wx' });
  if (own === null || own === agreed) return noiseKey(data_folder);
  throw new ConfigError(
    path,
    'is not the key that the other instances have',
    'copy theirs here; or remove it where this folder was of another Flywheel',
  );
}

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
  if (isKey(key)) return key;
  throw new ConfigError(
    path,
    'does not hold 64 hexadecimal digits',
    'put back the file that was made with this data; without it what is told of niches can no longer be hidden',
  );
}
