/** The interior of a line of outputs: which of them lie in it, and its frame. */

import { list } from "../engine/lists.mjs";

/** @import { Block } from "./kinds.mjs" */

/**
 * Places from `start` on, up to but without `stop`, as the engine's `interior` gives them.
 * @typedef {readonly [start: number, stop: number]} Range
 */

/**
 * @param {Range} range
 * @param {number} j
 */
export function isInside([start, stop], j) {
  return j >= start && j < stop;
}

/**
 * The places of a range that leave a remainder when divided by s.
 * @param {Range} range
 * @param {number} s
 * @param {number} remainder
 */
export function everyIn(range, s, remainder) {
  return list(range[1], (j) => j).filter((j) => isInside(range, j) && j % s === remainder);
}

/**
 * The frame of rows and columns of a grid; undefined when nothing lies in it.
 * @param {Range} rows
 * @param {Range} columns
 * @returns {Block | undefined}
 */
export function frameOf([top, bottom], [left, right]) {
  return top < bottom && left < right ? [top, left, bottom - top, right - left] : undefined;
}
