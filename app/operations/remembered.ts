/** Objects that never change once they are made, and what is made of them. */

const constant = new WeakSet();

/**
 * A function of objects that never change: what was made of one is kept as long as the object is. Where the object is
 * the same as before, so is what is made of it, and whoever makes something of that in turn finds it made too.
 */
export function remembered<A extends object, R extends object>(make: (of: A) => R): (of: A) => R {
  const made = new WeakMap<A, R>();
  return (of) => {
    const before = made.get(of);
    if (before !== undefined) return before;
    const now = make(of);
    made.set(of, now);
    constant.add(now);
    return now;
  };
}

const texts = new WeakMap<object, string>();

/** JSON of a value; of one that was `remembered` it is made once. */
export function jsonText(value: unknown): string {
  if (typeof value !== 'object' || value === null || !constant.has(value)) return JSON.stringify(value);
  const before = texts.get(value);
  if (before !== undefined) return before;
  const text = JSON.stringify(value);
  texts.set(value, text);
  return text;
}
