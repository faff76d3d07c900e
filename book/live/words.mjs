/** Numbers and sums as sentences say them. */

const MOST_TERMS = 9; // of a sum that is written out

/** @typedef {readonly [row: number, column: number]} Cell */

/**
 * One product: the names and the values of its two factors.
 * @typedef {object} Term
 * @property {Cell} input
 * @property {Cell} weight
 * @property {number} value of the input
 * @property {number} by the weight
 */

/**
 * A number with a true minus sign and at most three decimals, as `number` in
 * `src/convtranspose/figures/picture.py` writes it.
 * @param {number} value
 */
export function written(value) {
  const text = Number.isInteger(value) ? String(value) : String(Number(value.toFixed(3)));
  return text === "-0" ? "0" : text.replace("-", "−");
}

/**
 * `y[2,3]`.
 * @param {string} letter
 * @param {Cell} cell
 */
export function named(letter, [row, column]) {
  return `${letter}[${row},${column}]`;
}

/**
 * A sum of products, first by names (while they fit on two lines), then by numbers, then its value:
 * `x[0,0]·w[0,3] + x[0,1]·w[0,0] = 1·4 + 2·1 = 6`.
 * @param {readonly Term[]} terms at least one
 * @param {readonly [string, string]} letters of the input and of the kernel
 */
export function sumOf(terms, [x, w]) {
  const names = terms.map(({ input, weight }) => `${named(x, input)}·${named(w, weight)}`);
  const sums = terms.length > MOST_TERMS / 2 ? [] : [names.join(" + ")];
  return [...sums, inNumbers(terms)].join(" = ");
}

/**
 * The same by numbers alone: `1·4 + 2·1 = 6`.
 * @param {readonly Term[]} terms at least one
 */
export function inNumbers(terms) {
  const total = terms.reduce((sum, { value, by }) => sum + value * by, 0);
  const numbers = terms.map(({ value, by }) => `${factor(value)}·${factor(by)}`);
  const rest = terms.length > MOST_TERMS ? ` + … (${terms.length} products)` : "";
  return `${numbers.slice(0, MOST_TERMS).join(" + ")}${rest} = ${written(total)}`;
}

/**
 * A negative factor stands in brackets.
 * @param {number} value
 */
function factor(value) {
  return value < 0 ? `(${written(value)})` : written(value);
}

/**
 * A count and its noun.
 * @param {number} count
 * @param {string} one
 * @param {string} [many]
 */
export function counted(count, one, many = `${one}s`) {
  return `${count} ${count === 1 ? one : many}`;
}

/**
 * The numbers that two axes with the same pattern make together, each once, in rising order.
 * @param {readonly number[]} pattern
 */
export function products(pattern) {
  const all = new Set(pattern.flatMap((a) => pattern.map((b) => a * b)));
  return [...all].toSorted((a, b) => a - b).map(written);
}

/**
 * An image as a field takes it: fractions with small denominators as fractions, all others with
 * every digit.
 * @param {readonly (readonly number[])[]} values
 */
export function typedAs(values) {
  return values.map((row) => row.map(fraction).join(" ")).join("\n");
}

/** @param {number} value */
function fraction(value) {
  for (let below = 1; below <= 64; below++) {
    const above = Math.round(value * below);
    const near = Math.abs(value * below - above) < 1e-9;
    if (near) return below === 1 ? `${above}` : `${above}/${below}`;
  }
  return String(value);
}
