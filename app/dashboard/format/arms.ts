/** The colour of an arm: the same in its table and its charts. */

const colours = 8;

/** A reference to the colour of the `i`-th arm, for style sheets. */
export const armColour = (i: number): string => `var(--arm-${i % colours})`;

/** Arms share a colour from the ninth on; a dash tells them apart. */
export const armDash = (i: number): readonly number[] => (i < colours ? [] : [5, 4]);
