/** Niches that accounts are counted to: a closed list, because each is an audience of its own for privacy. */
export const niches = [
  'automotive',
  'beauty',
  'ecommerce',
  'education',
  'entertainment',
  'fashion',
  'finance',
  'fitness',
  'food',
  'health',
  'home_decor',
  'real_estate',
  'saas',
  'tech',
  'travel',
] as const;

export type Niche = (typeof niches)[number];

export const isNiche = (word: string): word is Niche => niches.some((niche) => niche === word);
