/** The panel from sizes to settings: every layer that leads from one size to the other. */

import {
  axesFor,
  inJax,
  inKeras,
  inOnnx,
  inPytorch,
  inTensorflow,
} from "../engine/conventions.mjs";
import { isEven } from "../engine/checkerboard.mjs";
import { insertZeros } from "../engine/faces.mjs";
import { extent } from "../engine/geometry.mjs";
import { list } from "../engine/lists.mjs";

import { element, table } from "./dom.mjs";
import { fieldsOf, readInteger } from "./fields.mjs";

/** @import { Axis } from "../engine/conventions.mjs" */
/** @import { Values } from "./fields.mjs" */

const MOST = 8; // kernel size and stride that are tried
const MOST_DILATION = 3;
const MOST_ROWS = 60;

/**
 * A layer that gives the wanted sizes.
 * @typedef {object} Layer
 * @property {Axis[]} axes
 * @property {boolean} always whether it multiplies every size by its stride
 * @property {boolean} even whether equal weights are balanced
 * @property {boolean} gaps
 */

/**
 * The layers that lead from the typed sizes to the wanted ones, the most useful first.
 * @param {Values} values
 * @returns {Layer[]}
 */
export function findLayers(values) {
  const two = values.axes === "2";
  const places = two ? [", rows,", ", columns,"] : [""];
  /** @type {(kind: string, a: number) => number} */
  const size = (kind, a) => {
    const key = a === 1 && values[`sizes-${kind}1`].trim() ? `sizes-${kind}1` : `sizes-${kind}`;
    return /** @type {number} */ (readInteger(values, key, places[a]));
  };
  /** @type {(kind: string, most: number) => number[]} */
  const choices = (kind, most) => {
    const chosen = readInteger(values, `sizes-${kind}`, "", true);
    return chosen === null ? list(most, (i) => i + 1) : [chosen];
  };
  const n = places.map((_, a) => size("n", a));
  const m = places.map((_, a) => size("m", a));
  const kernels = choices("k", MOST);
  const strides = choices("s", MOST);
  const dilations = choices("d", MOST_DILATION);
  const layers = strides.flatMap((s) =>
    kernels.flatMap((k) => {
      // A single weight cannot be spread.
      const useful = k === 1 ? dilations.slice(0, 1) : dilations;
      return useful.flatMap((d) =>
        together(n.map((from, a) => axesFor({ n: from, k, s, d }, m[a]))),
      );
    }),
  );
  return layers.map(judged).toSorted((a, b) => rank(a) - rank(b));
}

/**
 * Ways for one axis, or pairs of ways for two that are the same way or that one library says.
 * @param {Axis[][]} ways
 */
function together([rows, columns]) {
  if (!columns) return rows.map((axis) => [axis]);
  const alike = JSON.stringify(rows) === JSON.stringify(columns);
  return rows.flatMap((a) =>
    columns.filter((b) => (alike ? a.start === b.start : said([a, b]))).map((b) => [a, b]),
  );
}

/**
 * Whether a library whose words hold for all axes alike can say the layer.
 * @param {Axis[]} axes
 */
function said(axes) {
  return Boolean(inPytorch(axes).words ?? inKeras(axes).words);
}

/**
 * @param {Axis[]} axes
 * @returns {Layer}
 */
function judged(axes) {
  const [{ k, s, d }] = axes;
  const reach = extent(k, d);
  const ones = insertZeros([list(k, () => 1)], [1, d]);
  const remainders = new Set(list(k, (u) => (u * d) % s));
  return {
    axes,
    always: axes.every(({ start, end }) => reach - s === start + end),
    even: isEven(ones, [1, s]),
    gaps: remainders.size < s,
  };
}

/** @param {Layer} layer */
function rank({ axes: [{ k, d }], always, even, gaps }) {
  return (always ? 0 : 1000) + (gaps ? 500 : 0) + (even ? 0 : 100) + 70 * (d - 1) + k;
}

/**
 * @param {readonly Layer[]} layers
 * @returns {string}
 */
export function describe(layers) {
  if (!layers.length) {
    return (
      "No layer with these numbers leads from the one size to the other; where a field is empty, " +
      `kernel sizes and strides up to ${MOST} were tried.`
    );
  }
  const best = layers.filter(({ always }) => always).length;
  const first = layers.length > MOST_ROWS ? `; the first ${MOST_ROWS} are shown` : "";
  return (
    `${layers.length} ${layers.length === 1 ? "layer leads" : "layers lead"} from the one size ` +
    `to the other, ${best} of them for every input size${first}.`
  );
}

/** @param {readonly Layer[]} layers */
export function layersTable(layers) {
  const rows = layers.slice(0, MOST_ROWS).map((layer) => {
    const { axes, always, even, gaps } = layer;
    const [{ k, s, d }] = axes;
    /** @type {(of: (axis: Axis) => string | number) => string} */
    const each = (of) => [...new Set(axes.map((axis) => `${of(axis)}`))].join(" · ");
    const torch = inPytorch(axes).words;
    const keras = inKeras(axes).words;
    const tensorflow = inTensorflow(axes).words;
    const onnx = inOnnx(axes).words;
    const { padding, word } = inJax(axes);
    const fields = JSON.stringify(axes.map(fieldsOf));
    const extra = keras?.outputPadding ? `, output_padding ${set(keras.outputPadding)}` : "";
    const take = element("button", { type: "button", "data-take": fields }, [
      `Take k ${k}, s ${s}`,
      element("span", { class: "calc-hidden" }, [
        `, cut ${each(({ start, end }) => `${start} and ${end}`)}`,
      ]),
    ]);
    return [
      take,
      `${k}`,
      `${s}`,
      `${d}`,
      each(({ start, end }) => `${start}, ${end}`.replaceAll("-", "−")),
      always ? "yes" : "no",
      gaps ? "gaps" : even ? "evenly" : "unevenly",
      torch ? `padding ${set(torch.padding)}, output_padding ${set(torch.outputPadding)}` : "–",
      keras ? `"${keras.padding}"${extra}` : "–",
      tensorflow
        ? typeof tensorflow.padding === "string"
          ? `"${tensorflow.padding}"`
          : `[${set(tensorflow.padding.map((pair) => `${pair[0]}, ${pair[1]}`))}]`
        : "–",
      onnx
        ? onnx.autoPad === "NOTSET"
          ? `pads ${set(onnx.begins)}, ${set(onnx.ends)}, output_padding ${set(onnx.outputPadding)}`
          : onnx.autoPad
        : "–",
      word ? `"${word}"` : `(${set(padding.map((pair) => pair.join(", ")))})`,
    ];
  });
  return table(
    "Layers; a dash where a library's layer cannot say it by itself",
    [
      "layer",
      "k",
      "s",
      "d",
      "cut at start, end",
      "for every n",
      "covers",
      "PyTorch",
      "Keras",
      "TensorFlow",
      "ONNX",
      "JAX",
    ],
    rows,
  );
}

/** @param {readonly (number | string)[]} given */
function set(given) {
  return [...new Set(given.map(String))].join(" · ");
}
