/** Who asks: a person at the page or a program, with what it may do and whose accounts it may see. */

/** In rising order: each may do what those before it may. */
export const roles = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

export interface Principal {
  /** For limits, audit and logs: `local`, `key:<key_id>` or `oidc:<subject>`. */
  readonly id: string;
  readonly role: Role;
  /** Accounts that it may see and change; `all` also what belongs to none. */
  readonly accounts: 'all' | readonly string[];
}

/** Whether a role may do what needs another one. */
export const mayDo = (role: Role, needed: Role): boolean => roles.indexOf(role) >= roles.indexOf(needed);

export const seesAccount = ({ accounts }: Pick<Principal, 'accounts'>, account_id: string): boolean =>
  accounts === 'all' || accounts.includes(account_id);

/** Whoever shows the token of the data folder: this user's page and commands. */
export const localPrincipal: Principal = { id: 'local', role: 'admin', accounts: 'all' };
