/** One layer as code to copy, for five libraries.  Every text is valid Python. */

import {
  inJax,
  inKeras,
  inOnnx,
  inPytorch,
  inTensorflow,
  sizeOf,
} from "../engine/conventions.mjs";
import { fullSize } from "../engine/geometry.mjs";

/** @import { Axis } from "../engine/conventions.mjs" */

/**
 * What the page says for one library: whether its layer says all, or why not; and the code, empty
 * when there is none.
 * @typedef {object} Snippet
 * @property {string} library
 * @property {string} why empty when the layer's own words say everything
 * @property {string} note what to mind, may be empty
 * @property {string} code
 */

/**
 * The code of a layer for all libraries.
 * @param {readonly Axis[]} axes one or two
 * @returns {Snippet[]}
 */
export function snippets(axes) {
  return [pytorch(axes), keras(axes), tensorflow(axes), onnx(axes), jax(axes)];
}

/**
 * @param {readonly Axis[]} axes
 * @returns {Snippet}
 */
function pytorch(axes) {
  const { words, why } = inPytorch(axes);
  const rank = axes.length;
  const crops = axes.flatMap(({ start, end }) => [-end, -start]).toReversed();
  const call = lines(`layer = torch.nn.ConvTranspose${rank}d(`, [
    "in_channels=1",
    "out_channels=1",
    `kernel_size=${each(axes, "k")}`,
    `stride=${each(axes, "s")}`,
    `padding=${words ? tuple(words.padding) : 0}`,
    `output_padding=${words ? tuple(words.outputPadding) : 0}`,
    `dilation=${each(axes, "d")}`,
  ]);
  const result = words ? "layer(x)" : `torch.nn.functional.pad(layer(x), (${crops.join(", ")}))`;
  return {
    library: "PyTorch",
    why,
    note: words ? "" : "The last line cuts the full result; a positive number there appends zeros.",
    code: `import torch

x = torch.zeros(${[1, 1, ...axes.map(({ n }) => n)].join(", ")})
${call}
y = ${result}  # shape (${[1, 1, ...axes.map(sizeOf)].join(", ")})
`,
  };
}

/**
 * @param {readonly Axis[]} axes
 * @returns {Snippet}
 */
function keras(axes) {
  const { words, why } = inKeras(axes);
  const rank = axes.length;
  if (why.startsWith("Keras refuses")) return { library: "Keras", why, note: "", code: "" };
  const padding = words?.padding ?? "valid";
  const extras = words ? words.outputPadding : axes.map(() => 0);
  const call = lines(`layer = keras.layers.Conv${rank}DTranspose(`, [
    "filters=1",
    `kernel_size=${each(axes, "k")}`,
    `strides=${each(axes, "s")}`,
    `padding="${padding}"`,
    ...(extras ? [`output_padding=${tuple(extras)}`] : []),
    `dilation_rate=${each(axes, "d")}`,
  ]);
  /** @type {(name: string, sign: number) => string} */
  const after = (name, sign) => {
    const pairs = axes.map(({ start, end }) => [sign * start, sign * end].map(positive));
    if (!pairs.flat().some(Boolean)) return "";
    const inner = pairs.map(pair).join(", ");
    return `y = keras.layers.${name}${rank}D(${rank === 1 ? inner : `(${inner})`})(y)\n`;
  };
  return {
    library: "Keras",
    why,
    note: "",
    code: `import keras

x = keras.ops.zeros((${[1, ...axes.map(({ n }) => n), 1].join(", ")}))
${call}
y = layer(x)
${words ? "" : after("Cropping", 1) + after("ZeroPadding", -1)}# y has the shape (${[
      1,
      ...axes.map(sizeOf),
      1,
    ].join(", ")})
`,
  };
}

/**
 * @param {readonly Axis[]} axes
 * @returns {Snippet}
 */
function tensorflow(axes) {
  const { words, why } = inTensorflow(axes);
  const rank = axes.length;
  const full = axes.map(({ n, k, s, d }) => fullSize(n, k, s, d));
  const padding =
    typeof words?.padding === "string" || !words
      ? `"${words?.padding ?? "VALID"}"`
      : `[[0, 0], ${words.padding.map(([a, b]) => `[${a}, ${b}]`).join(", ")}, [0, 0]]`;
  const dilated = axes.some(({ d }) => d > 1);
  const call = lines(`y = tf.nn.conv${rank}d_transpose(`, [
    "x",
    "w",
    `output_shape=[${[1, ...(words ? words.outputShape : full), 1].join(", ")}]`,
    `strides=${list(axes.map(({ s }) => s))}`,
    `padding=${padding}`,
    ...(dilated ? [`dilations=${list(axes.map(({ d }) => d))}`] : []),
  ]);
  const stops = axes.map(({ start }, a) => `${positive(start)}:${full[a] - positive(axes[a].end)}`);
  const zeros = axes.map(({ start, end }) => `[${positive(-start)}, ${positive(-end)}]`);
  const appended = axes.some(({ start, end }) => start < 0 || end < 0);
  const cut = `y = y[:, ${stops.join(", ")}, :]\n`;
  const pad = appended ? `y = tf.pad(y, [[0, 0], ${zeros.join(", ")}, [0, 0]])\n` : "";
  return {
    library: "TensorFlow",
    why,
    note: dilated ? "Not every device of TensorFlow computes this with a dilation." : "",
    code: `import tensorflow as tf

x = tf.zeros([${[1, ...axes.map(({ n }) => n), 1].join(", ")}])
w = tf.zeros([${[...axes.map(({ k }) => k), 1, 1].join(", ")}])
${call}
${words ? "" : cut + pad}# y has the shape (${[1, ...axes.map(sizeOf), 1].join(", ")})
`,
  };
}

/**
 * @param {readonly Axis[]} axes
 * @returns {Snippet}
 */
function onnx(axes) {
  const { words, why } = inOnnx(axes);
  if (!words) return { library: "ONNX", why, note: "", code: "" };
  const call = lines("node = onnx.helper.make_node(", [
    '"ConvTranspose"',
    '["x", "w"]',
    '["y"]',
    `kernel_shape=${list(axes.map(({ k }) => k))}`,
    `strides=${list(axes.map(({ s }) => s))}`,
    `dilations=${list(axes.map(({ d }) => d))}`,
    `pads=${list([...words.begins, ...words.ends])}`,
    `output_padding=${list(words.outputPadding)}`,
  ]);
  const named = words.autoPad === "NOTSET" ? "" : `auto_pad="${words.autoPad}" says the same.`;
  return { library: "ONNX", why, note: named, code: `import onnx\n\n${call}\n` };
}

/**
 * @param {readonly Axis[]} axes
 * @returns {Snippet}
 */
function jax(axes) {
  const { padding, word } = inJax(axes);
  const letters = "HW".slice(0, axes.length);
  const call = lines("y = jax.lax.conv_transpose(", [
    "x",
    "w",
    `strides=${always(axes.map(({ s }) => s))}`,
    `padding=[${padding.map(pair).join(", ")}]`,
    `rhs_dilation=${always(axes.map(({ d }) => d))}`,
    `dimension_numbers=("NC${letters}", "OI${letters}", "NC${letters}")`,
    "transpose_kernel=True",
  ]);
  return {
    library: "JAX",
    why: "",
    note: word ? `padding="${word}" says the same.` : "",
    code: `import jax

x = jax.numpy.zeros((${[1, 1, ...axes.map(({ n }) => n)].join(", ")}))
w = jax.numpy.zeros((${[1, 1, ...axes.map(({ k }) => k)].join(", ")}))
${call}
# y has the shape (${[1, 1, ...axes.map(sizeOf)].join(", ")})
`,
  };
}

/**
 * A call, one argument a line.
 * @param {string} head
 * @param {readonly string[]} given
 */
function lines(head, given) {
  return `${head}\n${given.map((argument) => `    ${argument},\n`).join("")})`;
}

/**
 * A property of all axes, as one number where they agree.
 * @param {readonly Axis[]} axes
 * @param {"k" | "s" | "d"} name
 */
function each(axes, name) {
  return tuple(axes.map((axis) => axis[name]));
}

/** @param {readonly number[]} values */
function tuple(values) {
  return values.every((value) => value === values[0]) ? String(values[0]) : pair(values);
}

/** @param {readonly number[]} values */
function always(values) {
  return values.length === 1 ? `(${values[0]},)` : pair(values);
}

/** @param {readonly number[]} values */
function pair(values) {
  return `(${values.join(", ")})`;
}

/** @param {readonly number[]} values */
function list(values) {
  return `[${values.join(", ")}]`;
}

/** @param {number} value */
function positive(value) {
  return Math.max(value, 0);
}
