/** Settings of Meta: whose accounts, by which tokens, and how its numbers are read. */
import { z } from 'zod';
import { said, secret, type Said } from './said.ts';
import { attribution_windows, defaultConversions } from '../../ports/ad-platform/meta/conversions.ts';
import { default_version } from '../../ports/ad-platform/meta/version.ts';

const text = z.string().min(1).nullable();
const account = z.string().regex(/^(act_)?\d+$/);
const accounts = z.array(account).min(1).nullable();

const tenant = z.strictObject({
  name: z.string().min(1).max(64),
  token_file: z.string().min(1),
  /** Null: all that the token reaches. */
  accounts: accounts.default(null),
});

export const metaShape = {
  meta_token: text,
  meta_token_file: text,
  /** Null: all that the token reaches. */
  meta_accounts: accounts,
  /** Several tokens, each with its accounts, in place of the one. */
  meta_tenants: z.array(tenant).min(1).nullable(),
  meta_app_secret: text,
  meta_app_secret_file: text,
  meta_webhook_token: text,
  meta_webhook_token_file: text,
  meta_api_version: z.string().regex(/^v\d{1,3}\.\d$/),
  meta_base_url: z.url({ protocol: /^https?$/ }),
  /** What Meta lets the app do: decides how many calls an account may have. */
  meta_access: z.enum(['limited', 'full']),
  meta_poll_minutes: z.number().min(1).max(1_440),
  meta_stale_minutes: z.number().min(5).max(10_080),
  /** Days that a new account is read back. */
  meta_backfill_days: z.int().min(1).max(90),
  /** `action_type` that counts as a conversion, by objective. */
  meta_conversion_actions: z.partialRecord(z.enum(['leads', 'app_promotion', 'sales']), z.string().min(1)),
  meta_attribution_windows: z.array(z.enum(attribution_windows)),
};

export type MetaConfig = z.infer<z.ZodObject<typeof metaShape>>;
export type MetaKey = keyof MetaConfig;

const { leads, app_promotion, sales } = defaultConversions.action_types;

export const metaDefaults: MetaConfig = {
  meta_token: null,
  meta_token_file: null,
  meta_accounts: null,
  meta_tenants: null,
  meta_app_secret: null,
  meta_app_secret_file: null,
  meta_webhook_token: null,
  meta_webhook_token_file: null,
  meta_api_version: default_version,
  meta_base_url: 'https://graph.facebook.com',
  meta_access: 'limited',
  meta_poll_minutes: 15,
  meta_stale_minutes: 60,
  meta_backfill_days: 28,
  meta_conversion_actions: {
    ...(leads !== null && { leads }),
    ...(app_promotion !== null && { app_promotion }),
    ...(sales !== null && { sales }),
  },
  meta_attribution_windows: [],
};

export const metaSettings: Readonly<Record<MetaKey, Said>> = {
  meta_token: secret('token of a system user, with ads_read and, to change budgets, ads_management'),
  meta_token_file: said('file whose first line is that token; read again when it changes', 'the path of a file'),
  meta_accounts: said('ad accounts of that token; all that it reaches where none is named', 'ids such as act_1001'),
  meta_tenants: said(
    'several tokens, each with its accounts, in place of one; in the settings file only',
    'a list of name, token_file and, where not all are meant, accounts',
  ),
  meta_app_secret: secret(
    "secret of the app that the token is of: each request then proves it (Meta's appsecret_proof)",
  ),
  meta_app_secret_file: said('file whose first line is that secret', 'the path of a file'),
  meta_webhook_token: secret(
    "text that Meta has to show when the webhook is set up, of your choice; with it and the app's secret Meta may tell of changes",
  ),
  meta_webhook_token_file: said('file whose first line is that text', 'the path of a file'),
  meta_api_version: said('version of the Marketing API', `v and two numbers, for example ${default_version}`),
  meta_base_url: said('address of the Graph API before the version', 'an address that begins with https://'),
  meta_access: said("access that Meta gave the app, which sets the account's limits", 'limited or full'),
  meta_poll_minutes: said('minutes between two reads of the last days', 'a number from 1 to 1440'),
  meta_stale_minutes: said('minutes without a read after which an account is stale', 'a number from 5 to 10080'),
  meta_backfill_days: said('days that a new account is read back', 'a whole number from 1 to 90'),
  meta_conversion_actions: said(
    'action_type that counts as a conversion, by objective; exactly one each, because roll-ups overlap',
    'leads, app_promotion or sales with an action_type each, for example sales=omni_purchase',
  ),
  meta_attribution_windows: said(
    "attribution windows whose conversions are summed; none: each ad set's own setting",
    `one of clicks and one of views at most, of ${attribution_windows.join(', ')}`,
  ),
};
