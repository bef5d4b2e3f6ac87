/** Ads and experiments by what people call them. */
import type { OperationsContext } from '../context.ts';

export interface Found {
  readonly kind: 'ad' | 'experiment';
  readonly account_id: string;
  readonly id: string;
  readonly name: string;
  /** What of it has the words. */
  readonly in: 'id' | 'name' | 'headline';
}

const fold = (text: string): string => text.normalize('NFKD').replaceAll(/\p{M}/gu, '').toLowerCase();

/** Those of these accounts that have every word, the ones that begin with the first word first. */
export function search(
  { directory }: Pick<OperationsContext, 'directory'>,
  { accounts, text, limit }: { readonly accounts: readonly string[]; readonly text: string; readonly limit: number },
): readonly Found[] {
  const words = fold(text)
    .split(/\s+/)
    .filter((word) => word !== '');
  const found: { readonly one: Found; readonly begins: boolean }[] = [];
  const look = (kind: Found['kind'], account_id: string, id: string, name: string, headline: string | null): void => {
    for (const [where, of] of [
      ['name', name],
      ['headline', headline ?? ''],
      ['id', id],
    ] as const) {
      const folded = fold(of);
      if (!words.every((word) => folded.includes(word))) continue;
      const one = { kind, account_id, id, name: headline ?? name, in: where };
      found.push({ one, begins: folded.startsWith(words[0] ?? '') });
      return;
    }
  };
  for (const account_id of accounts) {
    for (const { experiment_id, name } of directory.experimentsOf(account_id))
      look('experiment', account_id, experiment_id, name, null);
    for (const { ad_id, name, headline } of directory.adsOf(account_id)) look('ad', account_id, ad_id, name, headline);
  }
  return found
    .sort((a, b) => Number(b.begins) - Number(a.begins))
    .slice(0, limit)
    .map(({ one }) => one);
}
