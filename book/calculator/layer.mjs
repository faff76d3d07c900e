/** The panel of the layer: its sizes, the drawing of its overlaps, its code. */

import { sizeOf } from "../engine/conventions.mjs";
import { extent } from "../engine/geometry.mjs";
import { list } from "../engine/lists.mjs";

import { byId, element, table } from "./dom.mjs";
import { overlapLine, overlapPlane } from "./drawing.mjs";
import { aboutAxis, countsOf } from "./findings.mjs";
import { sumAt } from "./pointing.mjs";
import { snippets } from "./snippets.mjs";

/** @import { Axis } from "../engine/conventions.mjs" */
/** @import { Finding } from "./findings.mjs" */

const MOST_ON_A_LINE = 60; // samples that are drawn
const POINTING = "Point at a sample, or walk there by the arrow keys, to see what it is made of.";
const MOST_ROWS = 20;
const MOST_COLUMNS = 30;

/** @type {Readonly<Record<string, Finding>>} */
const BORDERS = {
  same: ["same cuts the smaller half of what is too much at the start.", "layer-same"],
  lower: ["SAME_LOWER cuts the larger half of what is too much at the start.", "layer-same"],
  valid: ["valid cuts nothing, and keeps the gap after the last copy.", "layer-valid"],
  jax: ["JAX's numbers are zeros around the spread input: more zeros, more output.", "layer-flip"],
};

/**
 * The sentence that answers, and the findings.
 * @param {readonly Axis[]} axes
 * @param {string} border
 * @returns {{ answer: string, findings: Finding[] }}
 */
export function describe(axes, border) {
  /** @type {(of: (axis: Axis) => number) => string} */
  const sizes = (of) => axes.map(of).join(" × ");
  const alike = axes.length === 1 || JSON.stringify(axes[0]) === JSON.stringify(axes[1]);
  // The word has its own sentence about the way back.
  const about = (/** @type {Axis} */ axis) => aboutAxis(axis, border !== "same");
  const findings = alike
    ? about(axes[0])
    : axes.flatMap((axis, a) =>
        about(axis).map(
          ([text, label]) => /** @type {Finding} */ ([`${a ? "Columns" : "Rows"}: ${text}`, label]),
        ),
      );
  return {
    answer:
      `Output ${sizes(sizeOf)}, from ${sizes(({ n }) => n)} ` +
      `with kernel ${sizes(({ k }) => k)} and stride ${sizes(({ s }) => s)}.`,
    findings: [...aboutBorder(axes[0], border), ...findings, ...aboutShuffle(axes)],
  };
}

/**
 * The pixel shuffle that computes the same copies.
 * @param {readonly Axis[]} axes
 * @returns {Finding[]}
 */
function aboutShuffle(axes) {
  const [{ s }] = axes;
  if (s === 1 || axes.some((axis) => axis.s !== s)) return [];
  const reach = axes.map(({ k, d }) => extent(k, d));
  const taps = reach.map((size) => Math.ceil(size / s)).join(" × ");
  const zeros = reach.some((size) => size % s) ? ", with zeros at its end," : "";
  const channels = s ** axes.length;
  return [
    [
      `A convolution with kernel ${taps} and ${channels} channels for each wanted one, then ` +
        `pixel shuffle by ${s}, gives the same full result${zeros} and the same grid, if there ` +
        "is one.",
      "cures-pixel-shuffle",
    ],
  ];
}

/**
 * What the word of a library means.
 * @param {Axis} axis
 * @param {string} border
 * @returns {Finding[]}
 */
function aboutBorder({ n, s }, border) {
  if (!(border in BORDERS)) return [];
  if (border !== "same" || s === 1) return [BORDERS[border]];
  return [
    BORDERS[border],
    [
      `A convolution with same makes ${n} of every size from ${(n - 1) * s + 1} to ${n * s}; the ` +
        `largest is meant, unless TensorFlow's output_shape says another.`,
      "layer-output-padding",
    ],
  ];
}

/** What the drawing shows: the axes with the copies that are drawn, and which go on beyond. */
const drawn = { axes: /** @type {Axis[]} */ ([]), open: /** @type {boolean[]} */ ([]) };

/**
 * Light up what meets on a sample, and write its sum.
 * @param {string} sample indices in the full result, between spaces
 */
export function pointAt(sample) {
  for (const part of byId("calc-overlap").querySelectorAll("[data-sample]")) {
    part.classList.toggle("calc-lit", part.getAttribute("data-sample") === sample);
  }
  const sentence = byId("calc-point");
  sentence.textContent = sumAt(drawn.axes, sample.split(" ").map(Number), drawn.open);
  sentence.dataset.sample = sample;
}

/**
 * The sample beside the one that is lit, or the first.
 * @param {number} rows how far down
 * @param {number} columns how far to the right
 */
export function pointBeside(rows, columns) {
  const all = [...byId("calc-overlap").querySelectorAll("text[data-sample]")].map(
    (part) => part.getAttribute("data-sample") ?? "",
  );
  const now = byId("calc-point").dataset.sample;
  if (!now || !all.includes(now)) {
    if (all.length) pointAt(all[0]);
    return;
  }
  const at = now.split(" ").map(Number);
  const step = at.length === 1 ? [columns] : [rows, columns];
  const next = at.map((index, a) => index + step[a]).join(" ");
  if (all.includes(next)) pointAt(next);
}

/** @param {readonly Axis[]} axes */
export function drawOverlaps(axes) {
  delete byId("calc-point").dataset.sample;
  byId("calc-point").textContent = POINTING;
  const rooms = axes.length === 1 ? [MOST_ON_A_LINE] : [MOST_ROWS, MOST_COLUMNS];
  const drawing = byId("calc-overlap");
  const numbers = byId("calc-overlap-table");
  if (axes.some(({ k, d }, a) => extent(k, d) > rooms[a])) {
    const sentence = `A copy is longer than the ${rooms.join(" × ")} samples that are drawn here.`;
    drawing.replaceChildren(sentence);
    numbers.replaceChildren(sentence);
    return;
  }
  const most = axes.map(({ k, s, d }, a) => Math.floor((rooms[a] - extent(k, d)) / s) + 1);
  const counts = axes.map((axis, a) => countsOf(axis, most[a]));
  drawn.axes = axes.map((axis, a) => ({ ...axis, n: Math.min(axis.n, most[a]) }));
  drawn.open = axes.map(({ n }, a) => n > most[a]);
  const cutShort = axes.some(({ n }, a) => n > most[a]);
  const note = cutShort ? " Only the first copies are drawn; the interior goes on like this." : "";
  if (axes.length === 1) {
    const [axis] = axes;
    drawing.replaceChildren(overlapLine(axis, counts[0]), element("p", {}, [note]));
    const kept = counts[0].map((_, at) => keptAs(axis, at, cutShort));
    numbers.replaceChildren(
      table(
        "Samples of the full result",
        ["sample", "output", "copies"],
        counts[0].map((count, at) => [`${at}`, kept[at], `${count}`]),
      ),
    );
    return;
  }
  const all = axes.map(({ start, end }, a) => [
    ...list(Math.max(-start, 0), () => 0),
    ...counts[a],
    ...list(axes[a].n > most[a] ? 0 : Math.max(-end, 0), () => 0),
  ]);
  const [[top, bottom], [left, right]] = axes.map(({ n, start, end }, a) => [
    Math.max(start, 0),
    all[a].length - (n > most[a] ? 0 : Math.max(end, 0)),
  ]);
  const before = axes.map(({ start }) => Math.max(-start, 0));
  const plane = overlapPlane(all[0], all[1], before, [top, bottom, left, right]);
  drawing.replaceChildren(plane, element("p", {}, [note]));
  numbers.replaceChildren(
    table(
      "Copies on each sample of the full result",
      ["row", ...all[1].map((_, at) => `column ${at}`)],
      all[0].map((a, at) => [`${at}`, ...all[1].map((b) => `${a * b}`)]),
    ),
  );
}

/**
 * Which output a sample of the full result becomes.
 * @param {Axis} axis
 * @param {number} at
 * @param {boolean} cutShort whether the end is not drawn
 */
function keptAs(axis, at, cutShort) {
  const output = at - axis.start;
  return output < 0 || (!cutShort && output >= sizeOf(axis)) ? "cut" : `${output}`;
}

/** @param {readonly Axis[]} axes */
export function writeCode(axes) {
  for (const { library, why, note, code } of snippets(axes)) {
    const part = codePart(library);
    const [heading, sentence, pre, button] = [...part.children];
    heading.textContent = library;
    sentence.textContent = [
      why ? `This layer cannot say it by itself. ${why}` : "",
      why && code ? "The code cuts afterwards." : "",
      note,
    ]
      .filter(Boolean)
      .join(" ");
    pre.textContent = code;
    /** @type {HTMLElement} */ (pre).hidden = /** @type {HTMLElement} */ (button).hidden = !code;
  }
}

/**
 * The part of the page for a library's code, made at the first time.
 * @param {string} library
 */
function codePart(library) {
  const id = `calc-code-${library.toLowerCase()}`;
  const old = document.getElementById(id);
  if (old) return old;
  const button = element("button", { type: "button", "data-copy-code": id }, [
    `Copy the ${library} code`,
  ]);
  const said = element("span", { class: "calc-said", role: "status" });
  const part = element("section", { id, class: "calc-code" }, [
    element("h3", {}, [library]),
    element("p", {}),
    element("pre", { tabindex: "0", "aria-label": `${library} code` }),
    button,
    said,
  ]);
  byId("calc-code").append(part);
  return part;
}
