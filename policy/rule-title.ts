/** What a rule of alerts is called. */

const abbreviations: Readonly<Record<string, string>> = { roas: 'ROAS', ctr: 'CTR' };

/** `roas_very_low` as a person reads it: "ROAS very low". */
export function ruleTitle(rule_id: string): string {
  const title = rule_id
    .split('_')
    .map((word) => abbreviations[word] ?? word)
    .join(' ');
  return title.charAt(0).toUpperCase() + title.slice(1);
}
