/**
 * Layers, one after another, on a line of ones: with kernels of ones the numbers are counts.  What
 * it draws is `stacked_layers` in `src/convtranspose/figures/stacking.py`; or their last outputs
 * in the plane.
 */

import { everyIn, frameOf, isInside } from "./interiors.mjs";
import { drawPlane, pointInPlane } from "./stacked-plane.mjs";
import { inner, read, say, shaded } from "./stacking.mjs";
import { weightActs } from "./weights.mjs";
import { counted, inNumbers, written } from "./words.mjs";

/** @import { Kind, Panel, Pointed } from "./kinds.mjs" */
/** @import { State } from "./stacking.mjs" */
/** @import { Cell, Term } from "./words.mjs" */

/**
 * @param {State} state
 * @returns {Panel[]}
 */
function draw(state) {
  if (state.plane) return drawPlane(state);
  const { kernels, lines, all, pattern } = state;
  return [
    { name: "w", heading: "Kernels", values: kernels },
    { name: "p", heading: `Every ${counted(all, "output")}`, ...shaded([pattern]), blank: true },
    {
      name: "y",
      heading: "Ones, through the layers",
      values: lines,
      tints: lines.flatMap((line) => shaded([line]).tints), // each among its own layer's
      marks: shaded(lines).marks,
      blank: true,
      framed: frameOf([kernels.length, kernels.length + 1], inner(state)),
    },
  ];
}

/**
 * @param {State} state
 * @param {string} panel
 * @param {Cell} cell
 * @returns {Pointed}
 */
function point(state, panel, [row, column]) {
  if (state.plane) return pointInPlane(state, panel, [row, column]);
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
  const last = layer === lines.length - 1;
  const inside = last && isInside(inner(state), j);
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
  const outputs = everyIn(inner(state), all, remainder);
  const seen = outputs.length ? `here on ${outputs.join(", ")}` : "here none lies in the interior";
  return {
    sentence:
      `Inside, every output that leaves the remainder ${remainder} when divided by ${all} is ` +
      `${written(pattern[remainder])}; ${seen}.`,
    marked: { y: outputs.map((j) => /** @type {Cell} */ ([lines.length - 1, j])) },
  };
}

/** @type {Kind<State>} */
export const stacked = {
  fields: ["kernels", "strides", "n", "axes"],
  read,
  draw,
  say,
  point,
  acts: weightActs("kernels", (/** @type {State} */ { kernels }) => kernels),
};
