/** Tenants: each token with the accounts that it reaches. A request of an account carries its tenant's token, always. */
import { AdPlatformError } from '../port.ts';
import type { MetaClient } from './client.ts';
import { listed } from './paging.ts';
import { accountShape } from './shapes.ts';
import type { z } from 'zod';

export interface MetaTenant {
  readonly name: string;
  readonly client: MetaClient;
  /** Accounts that are wanted, with or without `act_`; null: all that the token reaches. */
  readonly accounts: readonly string[] | null;
}

export interface Reached {
  readonly tenant: MetaTenant;
  readonly account: z.infer<typeof accountShape>;
}

const account_fields = 'id,name,currency,timezone_name,account_status,min_daily_budget';
const page = '100';

const bare = (id: string): string => id.replace(/^act_/, '');

export class Tenants {
  readonly #tenants: readonly MetaTenant[];
  readonly #reached = new Map<string, MetaTenant>();
  readonly #accounts = new Map<string, Reached['account']>();

  constructor(tenants: readonly MetaTenant[]) {
    this.#tenants = tenants;
  }

  get all(): readonly MetaTenant[] {
    return this.#tenants;
  }

  /**
   * All accounts, as they are now. What one tenant's token meets does not hide the accounts of others: it rejects only
   * where none can be listed.
   */
  async reach(): Promise<readonly Reached[]> {
    const found = new Map<string, Reached>();
    const failures: unknown[] = [];
    for (const tenant of this.#tenants)
      try {
        for (const account of await this.#accountsOf(tenant)) {
          const other = found.get(account.id)?.tenant.name;
          if (other !== undefined)
            throw new Error(
              `account ${account.id} is reached by two tenants, ${other} and ${tenant.name}: name it for one`,
            );
          found.set(account.id, { tenant, account });
          this.#reached.set(account.id, tenant);
          this.#accounts.set(account.id, account);
        }
      } catch (error) {
        failures.push(error);
      }
    if (found.size === 0 && failures.length > 0) throw failures[0];
    return [...found.values()];
  }

  async #accountsOf({ client, accounts }: MetaTenant): Promise<readonly z.infer<typeof accountShape>[]> {
    const items = await listed(client, null, 'me/adaccounts', { fields: account_fields, limit: page });
    const wanted = accounts === null ? null : new Set(accounts.map(bare));
    return items.map((item) => accountShape.parse(item)).filter(({ id }) => wanted === null || wanted.has(bare(id)));
  }

  /** Whose token is used for an account. @throws AdPlatformError */
  async clientOf(account_id: string): Promise<MetaClient> {
    if (!this.#reached.has(account_id)) await this.reach();
    const tenant = this.#reached.get(account_id);
    if (tenant === undefined)
      throw new AdPlatformError('unknown_id', `there is no account ${account_id} that a token reaches; list them`);
    return tenant.client;
  }

  /** An account as it was last read, for what of it does not change. */
  async known(account_id: string): Promise<Reached['account']> {
    await this.clientOf(account_id);
    return this.#accounts.get(account_id) ?? this.account(account_id);
  }

  /** An account as it is now. */
  async account(account_id: string, by?: MetaClient): Promise<z.infer<typeof accountShape>> {
    const client = by ?? (await this.clientOf(account_id));
    return accountShape.parse(await client.get(account_id, account_id, { fields: account_fields }));
  }
}
