/** The panel of the chain: sizes of up to six layers, and the pattern that they make together. */

import { isEven, phaseSums } from "../engine/checkerboard.mjs";
import { sizeOf } from "../engine/conventions.mjs";
import { insertZeros } from "../engine/faces.mjs";
import { list } from "../engine/lists.mjs";

import { byId, table } from "./dom.mjs";
import { greys } from "./drawing.mjs";
import { readInteger, readNumber } from "./fields.mjs";
import { compound, ofConstant, shown } from "./findings.mjs";
import { taps } from "./kernels.mjs";
import { InputError, parseImage } from "./numbers.mjs";

/** @import { Axis } from "../engine/conventions.mjs" */
/** @import { Values } from "./fields.mjs" */
/** @import { Finding } from "./findings.mjs" */
/** @import { Name } from "./kernels.mjs" */

const LAYERS = 6;
const MOST_STRIDE = 256; // of all layers together
const MOST_SHOWN = 32; // numbers in a sentence or a cell
const STRIP = 560; // pixels, about

/** @type {Readonly<Record<string, Name>>} */
const WORDS = {
  "": "ones",
  ones: "ones",
  box: "ones",
  tent: "tent",
  bilinear: "tent",
  bicubic: "cubic",
  hann: "hann",
  random: "random",
};

/**
 * A layer of the chain along one axis: its numbers, and its weights with the dilation in them.
 * @typedef {{ axis: Axis, weights: number[] }} Link
 */

/**
 * @param {Values} values
 * @returns {Link[]}
 */
export function readChain(values) {
  /** @type {Link[]} */
  const links = [];
  let n = readNumber(values, "c-n");
  for (let i = 1; i <= LAYERS; i++) {
    const place = ` of layer ${i}`;
    const s = readInteger(values, `c${i}-s`, place, true);
    if (s === null) continue;
    const plain = weightsOf(values, i, s);
    const [d, p, o] = ["d", "p", "o"].map(
      (key) => readInteger(values, `c${i}-${key}`, place, key !== "d") ?? 0,
    );
    if (o >= Math.max(s, d)) {
      throw new InputError(
        `c${i}-o`,
        `Output padding o${place} must be below the larger of stride and dilation, here ` +
          `${Math.max(s, d)}, got “${o}”.`,
      );
    }
    const axis = { n, k: plain.length, s, d, start: p, end: p - o };
    n = sizeOf(axis);
    if (n < 1) {
      throw new InputError(
        `c${i}-p`,
        `Padding p${place} must leave at least one output; got “${p}”.`,
      );
    }
    links.push({ axis, weights: insertZeros([plain], [1, d])[0] });
    const stride = links.reduce((product, link) => product * link.axis.s, 1);
    if (stride > MOST_STRIDE) {
      throw new InputError(
        `c${i}-s`,
        `The strides of all layers together must be at most ${MOST_STRIDE}, got ${stride}.`,
      );
    }
  }
  if (!links.length) {
    throw new InputError("c1-s", "A chain must have at least one layer with a stride; got none.");
  }
  return links;
}

/**
 * The weights of layer i: a word with the kernel size, or numbers.
 * @param {Values} values
 * @param {number} i
 * @param {number} s
 */
function weightsOf(values, i, s) {
  const text = values[`c${i}-w`].trim();
  const name = WORDS[text.toLowerCase()];
  const place = ` of layer ${i}`;
  if (name === "tent" || name === "cubic") return taps(name, 1, s, 0);
  if (name) return taps(name, readNumber(values, `c${i}-k`, place), s, i);
  const rows = parseImage(text, `c${i}-w`, `Weights${place}`);
  if (rows.length > 1) {
    throw new InputError(`c${i}-w`, `Weights${place} must be one line, got ${rows.length} lines.`);
  }
  return rows[0];
}

/**
 * The sentence that answers, and the findings.
 * @param {readonly Link[]} links
 * @returns {{ answer: string, findings: Finding[] }}
 */
export function describe(links) {
  const sizes = [links[0].axis.n, ...links.map(({ axis }) => sizeOf(axis))];
  const { kernel, stride } = whole(links);
  const [sums] = phaseSums([kernel], [1, stride]);
  const balanced = isEven([kernel], [1, stride]);
  const single = links.map(({ axis, weights }) => isEven([weights], [1, axis.s]));
  const bad = single.flatMap((even, i) => (even ? [] : [i + 1]));
  /** @type {Finding[]} */
  const findings = [
    [
      bad.length
        ? `Not balanced by ${bad.length === 1 ? "itself" : "themselves"}: layer ${bad.join(", ")}.`
        : "Every layer is balanced for its own stride, so the chain is.",
      "cures-stacked",
    ],
    [
      `Together they are one layer of stride ${stride} with ${kernel.length} weights` +
        `${kernel.length <= MOST_SHOWN ? `: ${kernel.map(shown).join(" ")}` : ""}.`,
      "cures-stacked",
    ],
    [
      balanced
        ? `Balanced: all ${stride} phase sums are ${shown(sums[0])}.`
        : `The pattern has period ${stride}; its phase sums are ${few(sums)}.`,
      "checkerboard-theorem",
    ],
  ];
  if (balanced && bad.length) {
    findings.push(["The layers share the work: what one leaves, another removes.", "cures-shared"]);
  }
  const verdict = balanced ? "balanced" : "not balanced";
  return { answer: `Sizes ${sizes.join(" → ")}; together ${verdict}.`, findings };
}

/** @param {readonly Link[]} links */
function whole(links) {
  const strides = links.map(({ axis }) => axis.s);
  const weights = links.map((link) => link.weights);
  const stride = strides.reduce((product, s) => product * s, 1);
  return { kernel: compound(weights, strides), stride };
}

/** @param {readonly number[]} values */
function few(values) {
  const rest = values.length > MOST_SHOWN ? " …" : "";
  return values.slice(0, MOST_SHOWN).map(shown).join(" ") + rest;
}

/** @param {readonly Link[]} links */
export function draw(links) {
  const { kernel, stride } = whole(links);
  const { picture } = ofConstant([kernel], [1, stride], [1, 1], STRIP);
  const row = picture[0].slice(0, 2 * STRIP);
  const pixel = Math.min(Math.max(Math.floor(STRIP / row.length), 1), 16);
  const label =
    `A constant signal after the chain, ${row.length} samples, from ` +
    `${shown(Math.min(...row))} to ${shown(Math.max(...row))}.`;
  const height = Math.ceil(48 / pixel);
  byId("calc-chain-picture").replaceChildren(greys(list(height, () => row), pixel, label));
  byId("calc-chain-table").replaceChildren(
    table(
      "The layers one after another",
      ["layer", "from", "to", "stride so far", "phase sums of all so far"],
      links.map(({ axis }, i) => {
        const so = whole(links.slice(0, i + 1));
        const [sums] = phaseSums([so.kernel], [1, so.stride]);
        return [`${i + 1}`, `${axis.n}`, `${sizeOf(axis)}`, `${so.stride}`, few(sums)];
      }),
    ),
  );
}
