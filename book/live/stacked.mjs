/**
 * Layers, one after another, on a line of ones: with kernels of ones the numbers are counts.  What
 * it draws is `stacked_layers` in `src/convtranspose/figures/stacking.py`.
 */

import { InputError, parseInteger } from "../calculator/numbers.mjs";
import { isEven, phaseSums } from "../engine/checkerboard.mjs";
import { byPlacing } from "../engine/faces.mjs";
import { interior } from "../engine/geometry.mjs";
import { list } from "../engine/lists.mjs";

import { readImage } from "./reading.mjs";
import { counted, inNumbers, written } from "./words.mjs";

/** @import { Kind, Panel, Pointed, Values } from "./kinds.mjs" */
/** @import { Cell, Term } from "./words.mjs" */

const MOST_LAYERS = 3;
const MOST_WEIGHT = 9; // so that sums fit into narrow cells
const MOST_PLACES = 27; // more cannot be read on a phone

/**
 * @typedef {object} State
 * @property {number[][]} kernels one a layer
 * @property {number[]} strides
 * @property {number[][]} lines the ones, and what each layer makes of them
 * @property {number} all the product of the strides
 * @property {number[]} pattern the phase sums of all layers together
 * @property {number} reach how many outputs one input reaches
 */

/**
 * @param {Values} typed
 * @returns {State}
 */
function read(typed) {
  const kernels = typed.kernels
    .split(/[\n;]/)
    .map((text) => text.trim())
    .filter(Boolean)
    .map(readKernel);
  if (!kernels.length || kernels.length > MOST_LAYERS) {
    throw new InputError(
      "kernels",
      `There may be 1 to ${MOST_LAYERS} kernels, one a line, got ${kernels.length}.`,
    );
  }
  const words = typed.strides.split(/[\s,;]+/).filter(Boolean);
  if (words.length !== kernels.length) {
    throw new InputError(
      "strides",
      `There must be as many strides as kernels, got ${words.length} and ${kernels.length}.`,
    );
  }
  const strides = words.map((word) => parseInteger(word, "strides", "A stride", 1, 9));
  const n = parseInteger(typed.n.trim(), "n", "The number of inputs", 1, 8);
  const all = strides.reduce((product, stride) => product * stride, 1);
  if (all > MOST_PLACES) {
    throw new InputError(
      "strides",
      `The product of the strides may be ${MOST_PLACES} at most to be drawn, got ${all}.`,
    );
  }
  const lines = through(kernels, strides, n);
  const places = lines[kernels.length].length;
  if (places > MOST_PLACES) {
    throw new InputError(
      "n",
      `The last layer may have ${MOST_PLACES} outputs at most to be drawn, got ${places}.`,
    );
  }
  const together = through(kernels, strides, 1)[kernels.length];
  const [pattern] = phaseSums([together], [1, all]);
  return { kernels, strides, lines, all, pattern, reach: together.length };
}

/**
 * A line of weights, or `k=4` for four ones.
 * @param {string} text
 * @returns {number[]}
 */
function readKernel(text) {
  const size = /^k\s*=\s*(.*)$/.exec(text);
  if (size) {
    const k = parseInteger(size[1], "kernels", "The kernel size k", 1, 9);
    return list(k, () => 1);
  }
  const [kernel, ...more] = readImage(text, "kernels", "A kernel");
  const wrong = kernel.find((w) => !Number.isInteger(w) || Math.abs(w) > MOST_WEIGHT);
  if (more.length || wrong !== undefined) {
    throw new InputError(
      "kernels",
      `A kernel here must be one line of whole numbers from −${MOST_WEIGHT} to ${MOST_WEIGHT}, ` +
        `got “${text}”.`,
    );
  }
  return [...kernel];
}

/**
 * n ones, and the outputs of each layer.
 * @param {readonly number[][]} kernels
 * @param {readonly number[]} strides
 * @param {number} n
 * @returns {number[][]}
 */
function through(kernels, strides, n) {
  const lines = [list(n, () => 1)];
  kernels.forEach((kernel, at) => {
    const [line] = byPlacing([lines[at]], [kernel], { stride: [1, strides[at]] });
    lines.push(line);
  });
  return lines;
}

/**
 * The interior of the last outputs, [start, stop).
 * @param {State} state
 */
function inner({ lines, all, reach }) {
  return interior(lines[0].length, reach, all);
}

/**
 * @param {State} state
 * @returns {Panel[]}
 */
function draw(state) {
  const { kernels, lines, all, pattern } = state;
  const [start, stop] = inner(state);
  return [
    { name: "w", heading: "Kernels", values: kernels },
    { name: "p", heading: `Every ${counted(all, "output")}`, ...narrow([pattern]) },
    {
      name: "y",
      heading: "Ones, and what layers make of them",
      ...narrow(lines),
      framed: start < stop ? [kernels.length, start, 1, stop - start] : undefined,
    },
  ];
}

/**
 * Narrow cells, tinted by size; zeros are signed.
 * @param {number[][]} values
 * @returns {Pick<Panel, "values" | "blank" | "tints" | "marks">}
 */
function narrow(values) {
  return {
    values,
    blank: true,
    tints: values.map((line) => {
      const most = Math.max(...line.map(Math.abs));
      return line.map((value) => value && 0.1 + (0.5 * Math.abs(value)) / most);
    }),
    marks: values.map((line) => line.map((v) => (v ? null : { sign: "○", note: "nothing" }))),
  };
}

/**
 * @param {State} state
 * @returns {string}
 */
function say({ kernels, strides, all, pattern }) {
  const each = kernels.map((kernel, at) => {
    const stride = strides[at];
    return `layer ${at + 1}: ${verdict(phaseSums([kernel], [1, stride])[0])}`;
  });
  const whole = kernels.length > 1 ? `; together, stride ${all}: ${verdict(pattern)}` : "";
  return `Phase sums of ${each.join("; ")}${whole}. In the plane they multiply.`;
}

/**
 * @param {readonly number[]} sums of the phases of one line
 */
function verdict(sums) {
  const even = isEven([sums], [1, sums.length]);
  return `${sums.map(written).join(", ")} ${even ? "✓ balanced" : "✗ not balanced"}`;
}

/**
 * @param {State} state
 * @param {string} panel
 * @param {Cell} cell
 * @returns {Pointed}
 */
function point(state, panel, [row, column]) {
  if (panel === "w") return weightOf(state, row, column);
  if (panel === "p") return remainderOf(state, column);
  return row ? outputOf(state, row, column) : inputOf(state, column);
}

/**
 * The products on an output of a layer, by what the layer before has given.
 * @param {State} state
 * @param {number} layer from 1
 * @param {number} j
 * @returns {Term[]}
 */
export function meeting({ kernels, strides, lines }, layer, j) {
  const [kernel, s] = [kernels[layer - 1], strides[layer - 1]];
  return lines[layer - 1].flatMap((value, i) => {
    const by = kernel[j - i * s];
    if (by === undefined) return [];
    return [{ input: [layer - 1, i], weight: [layer - 1, j - i * s], value, by }];
  });
}

/**
 * @param {State} state
 * @param {number} layer
 * @param {number} j
 * @returns {Pointed}
 */
function outputOf(state, layer, j) {
  const { all, lines } = state;
  const terms = meeting(state, layer, j);
  const [start, stop] = inner(state);
  const last = layer === lines.length - 1;
  const inside = last && j >= start && j < stop;
  const framed = ` Interior: ${j} leaves the remainder ${j % all} when divided by ${all}.`;
  const where = inside ? framed : last ? " Border." : "";
  return {
    sentence:
      `Layer ${layer}, output ${j}: ${terms.length ? inNumbers(terms) : "0, a gap"}.${where}`,
    marked: {
      y: terms.map(({ input }) => input),
      w: terms.map(({ weight }) => weight),
      p: inside ? [[0, j % all]] : [],
    },
  };
}

/**
 * @param {State} state
 * @param {number} i
 * @returns {Pointed}
 */
function inputOf({ kernels, strides }, i) {
  return {
    sentence:
      `Input ${i} is 1, as all are: it lays the first kernel down, from output ${i * strides[0]} ` +
      "of layer 1 on.",
    marked: {},
    blocks: { w: [0, 0, 1, kernels[0].length], y: [1, i * strides[0], 1, kernels[0].length] },
  };
}

/**
 * @param {State} state
 * @param {number} layer from 0
 * @param {number} u
 * @returns {Pointed}
 */
function weightOf({ kernels, strides, lines }, layer, u) {
  const s = strides[layer];
  return {
    sentence:
      `Weight ${u} of layer ${layer + 1} is ${written(kernels[layer][u])}: it is in ` +
      `${counted(lines[layer].length, "output")}, ${counted(s, "place")} apart.`,
    marked: { y: lines[layer].map((_, i) => /** @type {Cell} */ ([layer + 1, i * s + u])) },
  };
}

/**
 * @param {State} state
 * @param {number} remainder
 * @returns {Pointed}
 */
function remainderOf(state, remainder) {
  const { all, pattern, lines } = state;
  const [start, stop] = inner(state);
  const outputs = list(lines[lines.length - 1].length, (j) => j).filter(
    (j) => j >= start && j < stop && j % all === remainder,
  );
  const seen = outputs.length ? `here on ${outputs.join(", ")}` : "here none lies in the interior";
  return {
    sentence:
      `Inside, every output that leaves the remainder ${remainder} when divided by ${all} is ` +
      `${written(pattern[remainder])}; ${seen}.`,
    marked: { y: outputs.map((j) => /** @type {Cell} */ ([lines.length - 1, j])) },
  };
}

/** @type {Kind<State>} */
export const stacked = { fields: ["kernels", "strides", "n"], read, draw, say, point };
