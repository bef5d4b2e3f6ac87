/** Objects that never change once they are made, and what is made of them. */

/** What was made of an object is kept as long as the object is. */
function once<A extends object, R>(make: (of: A) => R): (of: A) => R {
  const made = new WeakMap<A, R>();
  return (of) => {
    const before = made.get(of);
    if (before !== undefined) return before;
    const now = make(of);
    made.set(of, now);
    return now;
  };
}

const constant = new WeakSet();

/**
 * A function of objects that never change. Where the object is the same as before, so is what is made of it, and whoever
 * makes something of that in turn finds it made too.
 */
export const remembered = <A extends object, R extends object>(make: (of: A) => R): ((of: A) => R) =>
  once((of) => {
    const now = make(of);
    constant.add(now);
    return now;
  });

const constantText = once((value: object) => JSON.stringify(value));

/** JSON of a value; of one that was `remembered` it is made once. */
export const jsonText = (value: unknown): string =>
  typeof value === 'object' && value !== null && constant.has(value) ? constantText(value) : JSON.stringify(value);
