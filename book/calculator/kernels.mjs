/** Kernels that have a name. */

import { outer } from "../engine/convolution.mjs";
import { list } from "../engine/lists.mjs";
import { box, cubic, hann, random, tent } from "../engine/upsampling.mjs";

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
