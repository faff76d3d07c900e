/**
 * A grid of numbers as SVG, drawn as `src/convtranspose/figures/canvas.py` draws it: the page's own
 * text colour, blue tints, orange frames.  For assistive technology it is a grid whose cells one
 * can walk; its colours are in live.css.
 */

import { written } from "./words.mjs";

/** @import { Image } from "../engine/convolution.mjs" */
/** @import { Block, Mark, Panel } from "./kinds.mjs" */
/** @import { Cell } from "./words.mjs" */

const SVG = "http://www.w3.org/2000/svg";
const CELL = 28; // as in Python; a cell with longer numbers is wider
const MARGIN = 3; // so that a thick frame is not cut
const FONT = 13;
const CHARACTER = 0.62 * FONT; // how wide a digit runs, on the generous side
const LARGEST = 1.6; // how far a grid grows with its column
const DARK = 0.46; // below this grey white text stands out more than black text
const COLOURS = 4; // of groups; in as many strengths as there are here
const STRENGTHS = [0.3, 0.55, 0.12, 0.42];

/**
 * An SVG element.
 * @template {keyof SVGElementTagNameMap} K
 * @param {K} name
 * @param {Readonly<Record<string, string | number>>} attributes
 * @param {readonly (Node | string)[]} [children]
 * @returns {SVGElementTagNameMap[K]}
 */
export function svg(name, attributes, children = []) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/**
 * How wide the cells of an image must be.
 * @param {Image} values
 * @param {boolean} [narrow] whether they may be less wide than high
 */
export function cellWidth(values, narrow = false) {
  const longest = Math.max(...values.flat().map((value) => written(value).length));
  return Math.max(narrow ? 0 : CELL, Math.ceil(longest * CHARACTER + 9));
}

/**
 * A drawn panel.  Its cells carry `data-at`, "row column".
 * @param {Panel} panel
 * @param {number} width of its cells
 */
export function drawn(panel, width) {
  const { values, kept, framed } = panel;
  const [rows, columns] = [values.length, Math.max(...values.map((row) => row.length))];
  const cells = values.map((row, i) =>
    svg(
      "g",
      { role: "row" },
      row.map((_, j) => drawnCell(panel, width, [i, j])),
    ),
  );
  const frames = [kept, framed].flatMap((one) => (one ? [block(one, width, "live-kept")] : []));
  const over = svg("g", { class: "live-over", "aria-hidden": "true" });
  const [w, h] = [columns * width + 2 * MARGIN, rows * CELL + 2 * MARGIN];
  return svg(
    "svg",
    {
      role: "grid",
      preserveAspectRatio: "xMidYMin meet",
      viewBox: `${-MARGIN} ${-MARGIN} ${w} ${h}`,
      style: `max-width: ${w * LARGEST}px; max-height: ${h * LARGEST}px`,
    },
    [...cells, signs(panel, width), ...frames, over],
  );
}

/**
 * @param {Panel} panel
 * @param {number} width
 * @param {Cell} cell
 */
function drawnCell({ values, tints, kept, blank, marks, greys, first = 0 }, width, [i, j]) {
  const value = values[i][j];
  const cut = kept !== undefined && !inside(kept, [i, j]);
  const mark = marks?.[i][j] ?? null;
  const tint = cut ? 0 : (tints?.[i][j] ?? strength(mark));
  const empty = blank && !tint && !mark;
  const text = svg("text", { x: (j + 0.5) * width, y: (i + 0.5) * CELL }, [
    empty ? "" : written(value),
  ]);
  const place = { x: j * width, y: i * CELL, width, height: CELL };
  const box = svg("rect", tint ? { ...place, "fill-opacity": tint } : place);
  if (!tint) box.classList.add("live-plain");
  else if (mark?.group !== undefined) box.classList.add(`live-group-${mark.group % COLOURS}`);
  const stroke = `M${j * width + 4} ${(i + 1) * CELL - 4}l${width - 8} ${8 - CELL}`;
  const line = cut ? [svg("path", { d: stroke, class: "live-cut" })] : [];
  const note = cut ? ", cut" : mark ? `, ${mark.note}` : "";
  const label = `${written(value)}${note}, row ${i + first}, column ${j + first}`;
  const attributes = { role: "gridcell", tabindex: -1, "data-at": `${i} ${j}` };
  const drawing = svg("g", { ...attributes, "aria-label": label }, [box, ...line, text]);
  if (greys) {
    drawing.classList.add(shadeOf(greys[i][j]));
    drawing.style.setProperty("--grey", `${Math.round(100 * greys[i][j])}%`);
  }
  return drawing;
}

/**
 * The signs in the corners of the cells; their labels say the same in words.
 * @param {Panel} panel
 * @param {number} width
 */
function signs({ marks = [], kept, greys }, width) {
  const texts = marks.flatMap((row, i) =>
    row.flatMap((mark, j) => {
      if (!mark || (kept && !inside(kept, [i, j]))) return [];
      const corner = { x: (j + 1) * width - 3, y: i * CELL + 8.5, class: "live-sign" };
      const sign = svg("text", corner, [mark.sign]);
      if (greys) sign.classList.add(shadeOf(greys[i][j]));
      return [sign];
    }),
  );
  return svg("g", { "aria-hidden": "true" }, texts);
}

/**
 * The class of what stands on a grey pixel.
 * @param {number} grey
 */
function shadeOf(grey) {
  return grey < DARK ? "live-dark" : "live-light";
}

/**
 * How strongly a group is tinted.
 * @param {Mark | null} mark
 */
function strength(mark) {
  if (mark?.group === undefined) return 0;
  return STRENGTHS[Math.floor(mark.group / COLOURS) % STRENGTHS.length];
}

/**
 * Write numbers into the cells of a drawn grid, smaller where they would not fit.
 * @param {SVGSVGElement} grid
 * @param {number} width of its cells
 * @param {Image} values
 */
export function rewrite(grid, width, values) {
  const longest = Math.max(...values.flat().map((value) => written(value).length));
  const size = Math.min(FONT, ((width - 3) / (longest * CHARACTER)) * FONT);
  grid.style.fontSize = `${size.toFixed(1)}px`;
  grid.querySelectorAll("[data-at] > text").forEach((text, at) => {
    const shown = written(values.flat()[at]);
    if (text.textContent !== shown) text.textContent = shown;
  });
}

/**
 * Lay over a grid what belongs to the cell that is pointed at: frames, with the number of their
 * product where a sum has several, and `at` itself, framed twice.
 * @param {SVGSVGElement} grid
 * @param {number} width of its cells
 * @param {readonly Cell[]} marked
 * @param {Block | undefined} framed
 * @param {Cell | null} at
 */
export function lay(grid, width, marked, framed, at) {
  const numbered = marked.length > 1 && marked.length < 10;
  const marks = marked.flatMap(([row, column], index) => {
    const corner = { x: column * width + 3, y: row * CELL + 8.5, class: "live-number" };
    const number = numbered ? [svg("text", corner, [String(index + 1)])] : [];
    return [block([row, column, 1, 1], width, "live-marked"), ...number];
  });
  const frames = framed ? [block(framed, width, "live-marked")] : [];
  const own = at ? [block([...at, 1, 1], width, "live-at")] : [];
  grid.querySelector(".live-over")?.replaceChildren(...frames, ...marks, ...own);
}

/**
 * @param {Block} cells
 * @param {number} width
 * @param {string} kind
 */
function block([row, column, rows, columns], width, kind) {
  const place = { x: column * width, y: row * CELL, width: columns * width, height: rows * CELL };
  return svg("rect", { ...place, class: kind });
}

/**
 * @param {Block} frame
 * @param {Cell} cell
 */
function inside([row, column, rows, columns], [r, c]) {
  return r >= row && r < row + rows && c >= column && c < column + columns;
}

/**
 * Where a key leads from a cell; null for a key that does not walk.
 * @param {string} key
 * @param {Cell} from
 * @param {readonly (readonly unknown[])[]} image whose rows may differ in length
 * @returns {Cell | null}
 */
export function walk(key, [row, column], image) {
  /** @type {Record<string, Cell>} */
  const ways = {
    ArrowUp: [row - 1, column],
    ArrowDown: [row + 1, column],
    ArrowLeft: [row, column - 1],
    ArrowRight: [row, column + 1],
    Home: [row, 0],
    End: [row, Infinity],
  };
  if (!Object.hasOwn(ways, key)) return null;
  const r = Math.min(Math.max(ways[key][0], 0), image.length - 1);
  return [r, Math.min(Math.max(ways[key][1], 0), image[r].length - 1)];
}
