/**
 * One layer in the words of five libraries.
 *
 * All of them compute the same full result of (n − 1)s + K samples along an axis and differ in what
 * they cut from it.  So a layer is here, whatever its library, an `Axis` for each axis: n, k, s, d,
 * and how many samples are cut at the start and at the end, where a negative number means zeros
 * appended.  The first half of this file reads a library's words as such cuts, the second half
 * finds the words for given cuts.
 *
 * Sources: the documentation of torch.nn.ConvTranspose2d, tf.nn.conv2d_transpose, Keras'
 * Conv2DTranspose and jax.lax.conv_transpose; ONNX's ConvTranspose (opset 11 and later).
 */

import { extent, fullSize, samePadding } from "./geometry.mjs";
import { list } from "./lists.mjs";

/**
 * What is cut from the full result: [start, end].
 * @typedef {[number, number]} Cuts
 */

/**
 * @typedef {object} Axis
 * @property {number} n
 * @property {number} k
 * @property {number} s
 * @property {number} d
 * @property {number} start
 * @property {number} end
 */

/**
 * A layer in the words of a library: one entry per axis, or null and the reason why it has none.
 * @template T
 * @typedef {{ words: T, why: "" } | { words: null, why: string }} Wording
 */

/** @typedef {"same" | "valid"} Word */

/**
 * @typedef {object} OnnxWords
 * @property {number[]} begins
 * @property {number[]} ends
 * @property {number[]} outputPadding
 * @property {string} autoPad
 */

/**
 * Output size of an axis.
 * @param {Axis} axis
 */
export function sizeOf({ n, k, s, d, start, end }) {
  return fullSize(n, k, s, d) - start - end;
}

/**
 * PyTorch: `padding` at both ends, `output_padding` given back at the end.
 * @param {number} p
 * @param {number} op
 * @returns {Cuts}
 */
export function pytorchCuts(p, op) {
  return [p, p - op];
}

/**
 * TensorFlow's words.  Without a size, `same` gives n·s samples and `valid` n·s + max(K − s, 0);
 * `size` is what `output_shape` asks for.  Null when no convolution leads from that size to n.
 * @param {Word} word
 * @param {Omit<Axis, "start" | "end">} axis
 * @param {number | null} [size]
 * @returns {Cuts | null}
 */
export function tensorflowCuts(word, { n, k, s, d }, size = null) {
  const full = fullSize(n, k, s, d);
  const wanted = size ?? (word === "same" ? n * s : full + Math.max(s - extent(k, d), 0));
  const smallest = word === "same" ? (n - 1) * s + 1 : full;
  if (wanted < smallest || wanted >= smallest + s) return null;
  const start = word === "same" ? Math.floor(Math.max(full - wanted, 0) / 2) : 0;
  return [start, full - wanted - start];
}

/**
 * Keras' words and its `output_padding`, null where that is left out.  Null when Keras has no such
 * layer.
 * @param {Word} word
 * @param {Omit<Axis, "start" | "end">} axis
 * @param {number | null} [op]
 * @returns {Cuts | null}
 */
export function kerasCuts(word, axis, op = null) {
  const { n, k, s, d } = axis;
  if (s > 1 && d > 1) return null;
  if (op === null) return tensorflowCuts(word, axis);
  if (op >= s) return null;
  const size = word === "same" ? (n - 1) * s + (extent(k, d) % 2) + op : fullSize(n, k, s, d) + op;
  return tensorflowCuts(word, axis, size);
}

/**
 * ONNX: `pads` and `output_padding`; or `output_shape`, or `auto_pad`, from which the pads follow.
 * @param {Omit<Axis, "start" | "end">} axis
 * @param {object} attributes
 * @param {Cuts} [attributes.pads]
 * @param {number} [attributes.outputPadding]
 * @param {number} [attributes.outputShape]
 * @param {"NOTSET" | "VALID" | "SAME_UPPER" | "SAME_LOWER"} [attributes.autoPad]
 * @returns {Cuts}
 */
export function onnxCuts(
  { n, k, s, d },
  { pads = [0, 0], outputPadding = 0, outputShape, autoPad = "NOTSET" },
) {
  const same = autoPad === "SAME_UPPER" || autoPad === "SAME_LOWER";
  const size = outputShape ?? (same ? n * s : null);
  if (size === null) {
    const [begin, end] = autoPad === "VALID" ? [0, 0] : pads;
    return [begin, end - outputPadding];
  }
  const total = fullSize(n, k, s, d) + outputPadding - size;
  const half = Math.floor(total / 2);
  // The specification gives the larger half to the start unless SAME_UPPER is said.
  const start = autoPad === "SAME_UPPER" ? half : total - half;
  return [start, total - start - outputPadding];
}

/**
 * JAX: the zeros around the spread input, [before, after], or a word.
 * @param {Omit<Axis, "start" | "end">} axis
 * @param {Word | readonly [number, number]} padding
 * @returns {Cuts}
 */
export function jaxCuts({ n, k, s, d }, padding) {
  const reach = extent(k, d);
  if (padding === "same") return samePadding(n, k, s, d);
  if (padding === "valid") return [0, Math.min(reach - s, 0)];
  return [reach - 1 - padding[0], reach - 1 - padding[1]];
}

/**
 * A layer for PyTorch: `padding` and `output_padding`.
 * @param {readonly Axis[]} axes
 * @returns {Wording<{ padding: number[], outputPadding: number[] }>}
 */
export function inPytorch(axes) {
  const bad = axes.find(
    ({ s, d, start, end }) => start < 0 || start < end || start - end >= Math.max(s, d),
  );
  if (bad) {
    const room = Math.max(bad.s, bad.d) - 1;
    return no(
      `PyTorch cuts padding at the start and padding − output_padding at the end, so here the ` +
        `end would have to be cut by 0 to ${room} less than the start; ${cutting(bad)}.`,
    );
  }
  return yes({
    padding: axes.map(({ start }) => start),
    outputPadding: axes.map(({ start, end }) => start - end),
  });
}

/**
 * A layer for Keras: one word for all axes, and `output_padding` where the word alone will not do.
 * @param {readonly Axis[]} axes
 * @returns {Wording<{ padding: Word, outputPadding: number[] | null }>}
 */
export function inKeras(axes) {
  if (Math.max(...axes.map(({ s }) => s)) > 1 && Math.max(...axes.map(({ d }) => d)) > 1) {
    return no("Keras refuses a stride above 1 together with a dilation above 1.");
  }
  for (const word of /** @type {const} */ (["same", "valid"])) {
    if (axes.every((axis) => cutsAre(axis, kerasCuts(word, axis)))) {
      return yes({ padding: word, outputPadding: null });
    }
    const extras = axes.map((axis) => {
      const all = list(axis.s, (op) => op);
      return all.find((op) => cutsAre(axis, kerasCuts(word, axis, op)));
    });
    if (extras.every((op) => op !== undefined)) {
      return yes({ padding: word, outputPadding: /** @type {number[]} */ (extras) });
    }
  }
  return no(`Keras has only the words "same" and "valid", and neither of them cuts here; ${cutting(
    axes.find((axis) => !cutsAre(axis, kerasCuts("same", axis))) ?? axes[0],
  )}.`);
}

/**
 * A layer for TensorFlow: a word, or pairs of numbers, and the `output_shape` that it always wants.
 * tf.nn.conv1d_transpose takes words only.
 * @param {readonly Axis[]} axes
 * @returns {Wording<{ padding: "SAME" | "VALID" | Cuts[], outputShape: number[] }>}
 */
export function inTensorflow(axes) {
  const outputShape = axes.map(sizeOf);
  for (const word of /** @type {const} */ (["same", "valid"])) {
    if (axes.every((axis, a) => cutsAre(axis, tensorflowCuts(word, axis, outputShape[a])))) {
      return yes({ padding: word === "same" ? "SAME" : "VALID", outputShape });
    }
  }
  if (axes.length === 1) {
    return no(
      `tf.nn.conv1d_transpose takes only the words "SAME" and "VALID"; ${cutting(axes[0])}.`,
    );
  }
  const bad = axes.find(({ s, start, end }) => start < 0 || -end >= s);
  if (bad) {
    return no(
      `TensorFlow's pairs may not be negative, and its output_shape appends at most s − 1 = ` +
        `${bad.s - 1} samples at the end; ${cutting(bad)}.`,
    );
  }
  return yes({ padding: axes.map(({ start, end }) => [start, Math.max(end, 0)]), outputShape });
}

/**
 * A layer for ONNX: `pads` and `output_padding`, and the one-word attribute that says the same.
 * @param {readonly Axis[]} axes
 * @returns {Wording<OnnxWords>}
 */
export function inOnnx(axes) {
  const bad = axes.find(({ s, start, end }) => start < 0 || -end >= s);
  if (bad) {
    return no(
      `ONNX's pads may not be negative, and ONNX Runtime wants an output_padding below the ` +
        `stride ${bad.s}; ${cutting(bad)}.`,
    );
  }
  // With K < s, ONNX Runtime leaves out the zeros that `same` promises.
  const roomy = axes.every(({ k, s, d }) => extent(k, d) >= s);
  const words = /** @type {const} */ (["VALID", "SAME_UPPER", "SAME_LOWER"]);
  const autoPad = words.find(
    (word) =>
      (word === "VALID" || roomy) &&
      axes.every((axis) => cutsAre(axis, onnxCuts(axis, { autoPad: word }))),
  );
  return yes({
    begins: axes.map(({ start }) => start),
    ends: axes.map(({ end }) => Math.max(end, 0)),
    outputPadding: axes.map(({ end }) => Math.max(-end, 0)),
    autoPad: autoPad ?? "NOTSET",
  });
}

/**
 * A layer for JAX: the zeros around the spread input, and the word that says the same if there is
 * one.  Everything can be said.
 * @param {readonly Axis[]} axes
 * @returns {{ padding: Cuts[], word: "SAME" | "VALID" | null }}
 */
export function inJax(axes) {
  const word = /** @type {const} */ (["same", "valid"]).find((name) =>
    axes.every((axis) => cutsAre(axis, jaxCuts(axis, name))),
  );
  return {
    padding: axes.map(({ k, d, start, end }) => [extent(k, d) - 1 - start, extent(k, d) - 1 - end]),
    word: word === "same" ? "SAME" : word === "valid" ? "VALID" : null,
  };
}

/**
 * Every way to cut the full result down to m samples that some library has its own words for:
 * symmetric with an output padding, `same` (either half), `valid`.  What would cut a whole copy
 * away is left out.  In rising order of the start.
 * @param {Omit<Axis, "start" | "end">} axis
 * @param {number} m
 * @returns {Axis[]}
 */
export function axesFor(axis, m) {
  const { n, k, s, d } = axis;
  const total = fullSize(n, k, s, d) - m;
  /** @type {(Cuts | null)[]} */
  const found = [tensorflowCuts("same", axis, m), tensorflowCuts("valid", axis, m)];
  if (m === n * s) found.push(samePadding(n, k, s, d, true));
  for (let op = 0; op < Math.max(s, d); op++) {
    const p = (total + op) / 2;
    if (p >= 0 && Number.isInteger(p)) found.push(pytorchCuts(p, op));
  }
  const reach = extent(k, d);
  const starts = new Set(found.flatMap((cuts) => (cuts ? [cuts[0]] : [])));
  return Array.from(starts)
    .toSorted((a, b) => a - b)
    .map((start) => ({ n, k, s, d, start, end: total - start }))
    .filter(({ start, end }) => start < reach && end < reach);
}

/**
 * @param {Axis} axis
 * @param {Cuts | null} cuts
 */
function cutsAre({ start, end }, cuts) {
  return cuts !== null && cuts[0] === start && cuts[1] === end;
}

/** @param {Axis} axis */
function cutting({ start, end }) {
  const at = end < 0 ? `${-end} appended at the end` : `${end} cut at the end`;
  return `wanted are ${start < 0 ? `${-start} added` : `${start} cut`} at the start and ${at}`;
}

/**
 * @template T
 * @param {T} words
 * @returns {{ words: T, why: "" }}
 */
function yes(words) {
  return { words, why: "" };
}

/**
 * @param {string} why
 * @returns {{ words: null, why: string }}
 */
function no(why) {
  return { words: null, why };
}
