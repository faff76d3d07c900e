/**
 * What the page says of a layer and a kernel: sentences, each with the label of the place in the
 * book that proves it.
 */

import { imageRejection, isEven, overlapCount, phaseSums } from "../engine/checkerboard.mjs";
import { sizeOf } from "../engine/conventions.mjs";
import { byPlacing, insertZeros } from "../engine/faces.mjs";
import { extent, fullSize, interior } from "../engine/geometry.mjs";
import { list } from "../engine/lists.mjs";

/** @import { Axis } from "../engine/conventions.mjs" */
/** @import { Image } from "../engine/convolution.mjs" */

/**
 * A sentence and the label of its proof.
 * @typedef {readonly [sentence: string, label: string]} Finding
 */

/**
 * A number as a reader sees it: a true minus sign, four digits that count.
 * @param {number} value
 */
export function shown(value) {
  const digits = Number.isInteger(value) ? value : Number(value.toPrecision(4));
  return String(digits === 0 ? 0 : digits).replace("-", "−").replace("Infinity", "∞");
}

/** @param {number} decibels */
function shownDecibels(decibels) {
  if (decibels > 250) return "complete (no grid)"; // rounding alone leaves some 300 dB
  return decibels === -Infinity ? "none (nothing but grid)" : `${shown(round(decibels, 1))} dB`;
}

/**
 * @param {number} value
 * @param {number} digits
 */
function round(value, digits) {
  return Math.round(value * 10 ** digits) / 10 ** digits;
}

/**
 * What one axis of a layer does.
 * @param {Axis} axis
 * @param {boolean} [back] whether to say which sizes a convolution leads back from
 * @returns {Finding[]}
 */
export function aboutAxis(axis, back = true) {
  const { n, k, s, d, start, end } = axis;
  const full = fullSize(n, k, s, d);
  const out = sizeOf(axis);
  const reach = extent(k, d);
  /** @type {Finding[]} */
  const said = [
    [
      `The ${n} ${n === 1 ? "copy covers" : "copies cover"} (${n} − 1)·${s} + ${reach} = ${full} ` +
        `samples; ${cut(start)} at the start and ${cut(end)} at the end: ${out}.`,
      "layer-sizes",
    ],
  ];
  const rest = reach - s - start - end;
  const multiple = s === 1 ? "n" : `${s}n`;
  const same = rest === 0 ? "" : rest > 0 ? ` + ${rest}` : ` − ${-rest}`;
  said.push([
    rest === 0
      ? `Whatever n is, the output has exactly ${multiple} samples.`
      : `For any n the output has ${multiple}${same} samples, so not exactly ${multiple}.`,
    "layer-choose",
  ]);
  if (back && start >= 0 && start >= end && start - end < s && s > 1) {
    const least = out - (start - end);
    said.push([
      `A convolution with these numbers makes ${n} of every size from ${least} to ` +
        `${least + s - 1}; output padding ${start - end} chooses ${out} among them.`,
      "layer-output-padding",
    ]);
  }
  if (end < 0) {
    said.push([
      `${-end} of the samples at the end lie beyond the last copy and are zeros.`,
      "layer-real-values",
    ]);
  } else if (start > end && start - end < s) {
    said.push([
      "Output padding adds no zeros here: it shortens the cut at the end.",
      "layer-real-values",
    ]);
  }
  return [...said, ...aboutCounts(axis)];
}

/**
 * How many copies meet along one axis, in the interior.
 * @param {Axis} axis
 * @returns {Finding[]}
 */
function aboutCounts({ k, s, d }) {
  const [counts] = phaseSums(insertZeros([list(k, () => 1)], [1, d]), [1, s]);
  const gaps = counts.filter((count) => count === 0).length;
  const shared = `${counts.slice(0, 12).join(" ")}${s > 12 ? " …" : ""}`;
  /** @type {Finding[]} */
  const said = [];
  if (s === 1) {
    said.push([
      `Stride 1 covers every sample equally, ${times(counts[0])}.`,
      "checkerboard-stride-one",
    ]);
  } else if (Math.max(...counts) === Math.min(...counts)) {
    said.push([
      `Every sample of the interior is covered ${times(counts[0])}.`,
      "checkerboard-counts",
    ]);
  } else {
    said.push([
      `Samples of the interior are covered unequally, in turn ${shared} times.`,
      "checkerboard-counts",
    ]);
  }
  if (gaps) {
    const short = extent(k, d) < s;
    said.push([
      `Gaps: of every ${s} samples, ${gaps} ${gaps === 1 ? "gets" : "get"} nothing, because ` +
        (short
          ? "the kernel is shorter than the stride."
          : `no weight, ${d} apart from the next, falls on ${gaps === 1 ? "it" : "them"}.`),
      short ? "checkerboard-short-kernel" : "checkerboard-dilation",
    ]);
  }
  return said;
}

/** @param {number} count */
function times(count) {
  return count === 1 ? "once" : count === 2 ? "twice" : `${count} times`;
}

/** @param {number} count */
function cut(count) {
  const many = Math.abs(count);
  return `${many} ${many === 1 ? "is" : "are"} ${count < 0 ? "appended" : "cut"}`;
}

/**
 * What a kernel (one row for one axis) makes of a constant.
 * @param {Image} w
 * @param {readonly number[]} s for rows and columns
 * @param {readonly number[]} d
 * @returns {Finding[]}
 */
export function aboutKernel(w, s, d) {
  const spread = insertZeros(w, d);
  const sums = phaseSums(spread, s);
  const balanced = isEven(spread, s);
  const lowest = Math.min(...sums.flat());
  const highest = Math.max(...sums.flat());
  const strides = s[0] === 1 ? `${s[1]}` : s[0] === s[1] ? `${s[0]}` : `${s.join(" × ")}`;
  /** @type {Finding[]} */
  const said = [
    [
      balanced
        ? `All ${sums.flat().length} phase sums are ${shown(sums[0][0])}, so a constant stays ` +
          "constant in the interior."
        : `The phase sums go from ${shown(lowest)} to ${shown(highest)}, so a constant becomes ` +
          `a pattern of period ${strides}.`,
      "checkerboard-theorem",
    ],
  ];
  const divides = w.length % s[0] === 0 && w[0].length % s[1] === 0;
  if (divides !== balanced && d.every((value) => value === 1)) {
    said.push([
      divides
        ? "The stride divides the kernel size, and yet there is a grid: the rule of thumb fails."
        : "The stride does not divide the kernel size, and yet there is no grid: the rule of " +
          "thumb fails.",
      "checkerboard-rule-of-thumb",
    ]);
  }
  said.push([
    `Image rejection: ${shownDecibels(balanced ? Infinity : imageRejection(sums, s))}.`,
    "checkerboard-rejection",
  ]);
  return said;
}

/**
 * The weights of several layers as those of one, along one axis: with strides s₁, s₂, … the kernel
 * so far is spread by the next stride and meets the next kernel.
 * @param {readonly (readonly number[])[]} kernels dilation spread already
 * @param {readonly number[]} strides
 */
export function compound(kernels, strides) {
  return kernels
    .slice(1)
    .reduce(
      (so, next, i) => byPlacing(insertZeros([so], [1, strides[i + 1]]), [next])[0],
      [...kernels[0]],
    );
}

/**
 * A constant under a kernel: the picture, and where its interior lies, [rows, columns] of
 * [start, stop).
 * @param {Image} w
 * @param {readonly number[]} s
 * @param {readonly number[]} d
 * @param {number} most samples along an axis
 */
export function ofConstant(w, s, d, most) {
  const sizes = [w.length, w[0].length];
  const n = sizes.map((k, a) => {
    if (k === 1 && s[a] === 1) return 1;
    const reach = extent(k, d[a]);
    const wanted = 2 * Math.ceil(reach / s[a]) + 4;
    return Math.max(1, Math.min(wanted, Math.floor((most - reach) / s[a]) + 1));
  });
  const ones = list(n[0], () => list(n[1], () => 1));
  return {
    picture: byPlacing(ones, w, { stride: s, dilation: d }),
    inside: n.map((size, a) => interior(size, sizes[a], s[a], d[a])),
  };
}

/**
 * Overlap counts of one axis for a drawing: of n copies or of the first `most`.
 * @param {Axis} axis
 * @param {number} most
 */
export function countsOf({ n, k, s, d }, most) {
  return overlapCount(Math.min(n, most), k, s, d);
}
