/** Lists of numbers. */

/**
 * The list of(0), of(1), … of a length.
 * @template T
 * @param {number} length
 * @param {(index: number) => T} of
 * @returns {T[]}
 */
export function list(length, of) {
  return Array.from({ length }, (_, index) => of(index));
}

/** @param {readonly number[]} values */
export function sum(values) {
  return values.reduce((total, value) => total + value, 0);
}

/** @param {readonly number[]} values */
export function mean(values) {
  return sum(values) / values.length;
}
