/** The checks of `flywheel doctor` on Meta: the version, each token, and the accounts that they reach. */
import { default_version, versionStanding } from '../../ports/ad-platform/meta/version.ts';
import type { MetaAdPlatform, TokenStanding } from '../../ports/ad-platform/meta/meta.ts';
import { day_ms } from '../../schemas/values.ts';
import type { Config } from '../config/settings.ts';
import { openMeta } from '../open/meta.ts';
import { count } from '../operations/format/numbers.ts';
import type { Finding } from './doctor-checks.ts';
import { fine, found, mind, wrong } from './server-checks.ts';

/** A token is renewed by a person, who needs some days. */
const warn_days = 14;

/** Nothing where no source is Meta. */
export async function checkMeta(config: Config, now_ms: number): Promise<readonly Finding[]> {
  if (config.source !== 'meta') return [];
  const version = versionFinding(config.meta_api_version, now_ms);
  if (version.level === 'wrong') return [version];
  return [version, ...(await found('meta', () => asked(config, now_ms)))];
}

async function asked(config: Config, now_ms: number): Promise<readonly Finding[]> {
  const { platform, warnings, close } = openMeta({ config, now_ms: () => now_ms });
  try {
    const tokens = (await platform.tokens()).map((token) => tokenFinding(token, now_ms));
    const accounts = await accountsFinding(platform);
    return [...tokens, accounts, ...warnings.said.map(warningFinding)];
  } finally {
    close();
  }
}

export function versionFinding(version: string, now_ms: number): Finding {
  const { standing, said } = versionStanding(version, now_ms);
  const remedy = `set meta_api_version to ${default_version}, or to a later one that Meta answers`;
  if (standing === 'expired') return wrong('meta api', said, remedy);
  return standing === 'good' ? fine('meta api', said) : mind('meta api', said, remedy);
}

/** What Meta's own answers say of the version. */
const warningFinding = (said: string): Finding =>
  mind('meta api', `Meta warns: ${said}`, `set meta_api_version to ${default_version}, or to a later one`);

export function tokenFinding({ tenant, valid, expires_ms }: TokenStanding, now_ms: number): Finding {
  const remedy = "make a new token of the system user in Meta's business settings, and put it into the token's file";
  if (!valid) return wrong('token', `${tenant}: Meta does not take it any more`, remedy);
  if (expires_ms === null) return fine('token', `${tenant}: does not expire`);
  const left_days = Math.floor((expires_ms - now_ms) / day_ms);
  const said = `${tenant}: expires in ${count(left_days)} days`;
  return left_days < warn_days ? mind('token', said, remedy) : fine('token', said);
}

async function accountsFinding(platform: Pick<MetaAdPlatform, 'accounts'>): Promise<Finding> {
  const accounts = await platform.accounts();
  if (accounts.length > 0) return fine('accounts', accounts.map(({ account_id }) => account_id).join(', '));
  return wrong(
    'accounts',
    'the tokens reach none',
    "give the system user access to an ad account in Meta's business settings",
  );
}
