/** Before any of these sources, and after any of their items. */
const [first, last] = [Date.UTC(1990, 0), Date.UTC(2200, 0)];

/**
 * False for a time at which nobody can have said anything. A list by time never has such an item
 * in its window, so that it would be left out in silence; it counts as one without a time instead.
 * Milliseconds.
 */
export const isPlausible = (time: number): boolean => time >= first && time < last;
