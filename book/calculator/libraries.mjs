/**
 * How libraries call their layer, and what they mean by its arguments.
 *
 * Sources: the documentation of torch.nn.ConvTranspose2d, torch.nn.functional.conv_transpose2d,
 * Keras' Conv2DTranspose, tf.nn.conv2d_transpose, jax.lax.conv_transpose, Flax' nn.ConvTranspose
 * and ONNX's ConvTranspose.
 */

import {
  jaxCuts,
  kerasCuts,
  onnxCuts,
  pytorchCuts,
  tensorflowCuts,
} from "../engine/conventions.mjs";
import { fullSize } from "../engine/geometry.mjs";

/** @import { Axis, Cuts, Word } from "../engine/conventions.mjs" */

/**
 * How a library calls its layer, and what it means by the arguments that stand by their place.
 * @typedef {object} Library
 * @property {string} name
 * @property {RegExp} call its first group is the number of axes, if it says one
 * @property {string} order between blanks
 * @property {string} padding what is meant when nothing is said; empty for zeros
 */

/** @type {Library[]} */
export const LIBRARIES = [
  {
    name: "PyTorch",
    call: /\bConvTranspose([123])d\s*\(/,
    order:
      "in_channels out_channels kernel_size stride padding output_padding groups bias dilation",
    padding: "",
  },
  {
    name: "PyTorch",
    call: /\bconv_transpose([123])d\s*\(/,
    order: "input weight bias stride padding output_padding groups dilation",
    padding: "",
  },
  {
    name: "Keras",
    call: /\bConv(?:olution)?([123])DTranspose\s*\(/,
    order: "filters kernel_size strides padding",
    padding: '"valid"',
  },
  {
    name: "TensorFlow",
    call: /\bconv([123])d_transpose\s*\(/,
    order: "input filters output_shape strides padding data_format dilations",
    padding: '"SAME"',
  },
  {
    name: "JAX",
    call: /\bconv_transpose\s*\(/,
    order: "lhs rhs strides padding rhs_dilation",
    padding: '"SAME"',
  },
  {
    name: "Flax",
    call: /\bConvTranspose\s*\(/,
    order: "features kernel_size strides padding",
    padding: '"SAME"',
  },
  { name: "ONNX", call: /\bmake_node\s*\((?=\s*["']ConvTranspose["'])/, order: "", padding: "" },
];

/**
 * Words without a call: of whatever library, and nothing is meant but them.
 * @type {Library}
 */
export const NO_CALL = { name: "", call: /^\s*[a-z_]+\s*=(?!=)/, order: "", padding: "" };

/** What the arguments are about. */
export const ROLES = new Map(
  Object.entries({
    k: ["k", "kernel_size", "kernel_shape"],
    s: ["s", "stride", "strides"],
    d: ["d", "dilation", "dilations", "dilation_rate", "rhs_dilation", "kernel_dilation"],
    padding: ["p", "padding", "pads", "auto_pad"],
    o: ["o", "output_padding"],
    size: ["output_shape"],
  }).flatMap(([role, words]) => words.map((word) => /** @type {const} */ ([word, role]))),
);

/**
 * The calculator's word for a library's; null for none.
 * @param {string | null} word
 */
export function borderWord(word) {
  return WORDS.get(word ?? "") ?? null;
}

const WORDS = new Map([
  ["same", "same"],
  ["same_upper", "same"],
  ["same_lower", "lower"],
  ["valid", "valid"],
]);
/** @type {Readonly<Record<string, "VALID" | "SAME_UPPER" | "SAME_LOWER">>} */
const AUTO_PAD = { valid: "VALID", same: "SAME_UPPER", lower: "SAME_LOWER" };

/**
 * What a library cuts from one axis; null where it has no such layer.
 * @param {string} library
 * @param {Omit<Axis, "start" | "end">} axis
 * @param {object} said
 * @param {string | null} said.word the calculator's
 * @param {Cuts} said.pads what stands in place of a word
 * @param {number} said.op output padding
 * @param {number} [said.size] the size that is asked for
 * @returns {Cuts | null}
 */
export function cutsOf(library, axis, { word, pads, op, size }) {
  const plain = /** @type {Word} */ (word);
  switch (library) {
    case "Keras":
      return word ? kerasCuts(plain, axis, op) : null;
    case "TensorFlow": {
      if (word) return tensorflowCuts(plain, axis, size ?? null);
      const full = fullSize(axis.n, axis.k, axis.s, axis.d);
      return [pads[0], size ? full - size - pads[0] : pads[1]];
    }
    case "ONNX": {
      const autoPad = AUTO_PAD[word ?? ""] ?? "NOTSET";
      return onnxCuts(axis, { pads, outputPadding: op, outputShape: size, autoPad });
    }
    case "JAX":
    case "Flax":
      return jaxCuts(axis, word ? plain : pads);
    default:
      return word ? null : pytorchCuts(pads[0], op);
  }
}
