/** Arrays as readers type them into a live figure. */

import { InputError, parseImage } from "../calculator/numbers.mjs";

import { written } from "./words.mjs";

const MOST_SIDE = 6; // rows and columns
const MOST_VALUE = 999; // so that numbers fit into cells, and every sum is exact

/**
 * The numbers in a text; InputError for what is no rectangle of numbers, or too large to be drawn.
 * @param {string} text
 * @param {string} key of the field
 * @param {string} field what a sentence calls it
 */
export function readImage(text, key, field) {
  const image = parseImage(text, key, field, MOST_SIDE);
  const large = image.flat().find((value) => Math.abs(value) > MOST_VALUE);
  if (large === undefined) return image;
  throw new InputError(
    key,
    `${field} may hold numbers from −${MOST_VALUE} to ${MOST_VALUE}, got ${written(large)}.`,
  );
}
