/** Kernels as readers give them: by name, or as numbers typed or pasted. */

import { outer } from "../engine/convolution.mjs";
import { list } from "../engine/lists.mjs";
import { box, cubic, hann, random, tent } from "../engine/upsampling.mjs";

import { InputError } from "./fields.mjs";

const MOST_WEIGHTS = 64; // along one axis

/** What a sentence calls each kernel that has a name. */
export const NAMES = /** @type {const} */ ({
  ones: "all weights equal (box)",
  tent: "tent (bilinear)",
  cubic: "bicubic (Keys)",
  binomial: "1 3 3 1",
  hann: "Hann window",
  random: "random",
});

/** @typedef {keyof typeof NAMES} Name */

/**
 * The taps of a named kernel along one axis.  Tent, bicubic and 1 3 3 1 have a size of their own.
 * @param {Name} name
 * @param {number} k
 * @param {number} s
 * @param {number} seed
 * @returns {number[]}
 */
export function taps(name, k, s, seed) {
  const made = {
    ones: () => box(k),
    tent: () => tent(s),
    cubic: () => cubic(s),
    binomial: () => [1, 3, 3, 1],
    hann: () => hann(k),
    random: () => random(k, seed),
  };
  return made[name]();
}

/**
 * Whether a kernel's size follows from its name, so that none can be chosen.
 * @param {string} name
 */
export function hasOwnSize(name) {
  return name === "tent" || name === "cubic" || name === "binomial" || name === "own";
}

/**
 * A named kernel for two axes; random weights fill the rows one after another,
 * the others are the product of their taps.
 * @param {Name} name
 * @param {readonly number[]} k rows and columns
 * @param {readonly number[]} s
 * @param {number} seed
 */
export function namedKernel(name, k, s, seed) {
  if (name === "random") {
    const all = random(k[0] * k[1], seed);
    return list(k[0], (i) => all.slice(i * k[1], (i + 1) * k[1]));
  }
  return outer(taps(name, k[0], s[0], seed), taps(name, k[1], s[1], seed));
}

/**
 * The numbers in a text: rows on lines, between semicolons, or in brackets as NumPy prints them;
 * numbers between spaces or commas; fractions such as 1/3 are allowed.  InputError when it holds no
 * rectangle of numbers.
 * @param {string} text
 * @param {string} key of the field, for the error
 * @param {string} field what a sentence calls it
 * @returns {number[][]}
 */
export function parseKernel(text, key, field) {
  const rows = text
    .replaceAll("−", "-")
    .replaceAll("½", "1/2")
    .replace(/^\s*[a-z_.]+\s*\(/i, "") // array( or tensor( in front
    .split(text.includes("[") ? /[;\]]/ : /[\n;]/)
    .map((line) => line.replaceAll(/[[(){},\t]/g, " ").trim())
    .filter(Boolean)
    .map((line) => line.split(/\s+/).map((word) => parseNumber(word, key, field)));
  if (!rows.length) {
    throw new InputError(key, `${field} must hold numbers, such as 1 3 3 1; it is empty.`);
  }
  const uneven = rows.find((row) => row.length !== rows[0].length);
  if (uneven) {
    throw new InputError(
      key,
      `${field} must have equally many numbers on every line, got ${rows[0].length} on the first ` +
        `and ${uneven.length} on another.`,
    );
  }
  if (Math.max(rows.length, rows[0].length) > MOST_WEIGHTS) {
    throw new InputError(
      key,
      `${field} may have ${MOST_WEIGHTS} rows and columns at most, got ${rows.length} × ` +
        `${rows[0].length}.`,
    );
  }
  return rows;
}

/**
 * @param {string} word
 * @param {string} key
 * @param {string} field
 */
function parseNumber(word, key, field) {
  const [over, under = "1"] = word.split("/");
  const value = Number(over) / Number(under);
  if (!/^[-+\d.e/]+$/i.test(word) || over === "" || under === "" || !Number.isFinite(value)) {
    throw new InputError(key, `${field} must hold numbers, got “${word}”.`);
  }
  return value;
}
