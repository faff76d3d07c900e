/** Pictures as SVG.  Colours are the page's own, so that light, dark and forced colours follow. */

import { list } from "../engine/lists.mjs";

/** @import { Axis } from "../engine/conventions.mjs" */

const CELL = 24;
const SVG = "http://www.w3.org/2000/svg";

/**
 * An SVG element.
 * @param {string} name
 * @param {Record<string, string | number>} attributes
 * @param {readonly (Node | string)[]} [children]
 */
function svg(name, attributes, children = []) {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, String(value));
  element.append(...children);
  return element;
}

/**
 * A drawing of its natural size that says what it shows.
 * @param {number} width
 * @param {number} height
 * @param {string} label
 * @param {readonly Node[]} children
 */
function picture(width, height, label, children) {
  const size = { viewBox: `0 0 ${width} ${height}`, width, height };
  return svg("svg", { ...size, class: "calc-picture", role: "img", "aria-label": label }, children);
}

/**
 * A square, the sample that it belongs to, and the text in it.
 * @param {number} x
 * @param {number} y
 * @param {string} kind
 * @param {readonly number[]} sample its index in the full result, one number for each axis
 * @param {string} [text]
 */
function cell(x, y, kind, sample, text = "") {
  const place = { x: x * CELL, y: y * CELL, width: CELL, height: CELL };
  const data = { "data-sample": sample.join(" ") };
  const box = svg("rect", { ...place, ...data, class: kind });
  if (!text) return [box];
  const at = { x: (x + 0.5) * CELL, y: (y + 0.5) * CELL };
  return [box, svg("text", { ...at, ...data }, [text])];
}

/**
 * The class of a cell that so many copies cover.
 * @param {number} count
 */
function tint(count) {
  return count === 0 ? "calc-gap" : `calc-count-${Math.min(count, 4)}`;
}

/**
 * The copies along one axis, one below the other, and under them how many meet on each sample.  A
 * frame stands round what is kept.
 * @param {Axis} axis
 * @param {readonly number[]} counts of the drawn copies
 */
export function overlapLine({ k, s, d, start, end, n }, counts) {
  const copies = (counts.length - d * (k - 1) - 1) / s + 1;
  const [before, after] = [Math.max(-start, 0), copies === n ? Math.max(-end, 0) : 0];
  const width = counts.length + before + after;
  const cells = list(copies, (i) =>
    list(k, (u) => cell(before + i * s + u * d, i, `calc-copy-${i % 2}`, [i * s + u * d])),
  ).flat(2);
  const all = [...list(before, () => 0), ...counts, ...list(after, () => 0)];
  const bottom = all.flatMap((count, at) =>
    cell(at, copies + 0.5, tint(count), [at - before], `${count}`),
  );
  const first = before + start;
  const last = before + counts.length + (copies === n ? -end : 0);
  const frame = svg("rect", {
    x: first * CELL + 1,
    y: (copies + 0.5) * CELL + 1,
    width: Math.max((last - first) * CELL - 2, 1),
    height: CELL - 2,
    class: "calc-frame",
  });
  const label =
    `${copies} copies of a kernel of ${k}, ${s} apart; counts ${all.join(" ")}; ` +
    `the frame keeps ${last - first} of ${all.length} samples.`;
  return picture(width * CELL, (copies + 1.5) * CELL + 2, label, [...cells, ...bottom, frame]);
}

/**
 * The counts of an image: the product of those of rows and columns.
 * @param {readonly number[]} rows
 * @param {readonly number[]} columns
 * @param {readonly number[]} before rows and columns that are appended at the start
 * @param {readonly [number, number, number, number]} kept first and last row, column
 */
export function overlapPlane(rows, columns, before, kept) {
  const cells = rows.flatMap((a, i) =>
    columns.flatMap((b, j) =>
      cell(j, i, tint(Math.ceil(Math.sqrt(a * b))), [i - before[0], j - before[1]], `${a * b}`),
    ),
  );
  const [top, bottom, left, right] = kept;
  const frame = svg("rect", {
    x: left * CELL + 1,
    y: top * CELL + 1,
    width: Math.max((right - left) * CELL - 2, 1),
    height: Math.max((bottom - top) * CELL - 2, 1),
    class: "calc-frame",
  });
  const label =
    `Copies on each sample: the product of ${rows.join(" ")} along rows and ` +
    `${columns.join(" ")} along columns; the frame keeps ${bottom - top} × ${right - left}.`;
  return picture(columns.length * CELL, rows.length * CELL, label, [...cells, frame]);
}

/**
 * An image as grey pixels, the smallest value black and the largest white; one value alone is a
 * middle grey.
 * @param {readonly (readonly number[])[]} image
 * @param {number} pixel
 * @param {string} label
 */
export function greys(image, pixel, label) {
  const values = image.flat();
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const LEVELS = 32;
  /** @type {string[]} */
  const paths = list(LEVELS + 1, () => "");
  image.forEach((row, i) =>
    row.forEach((value, j) => {
      const level = high - low < 1e-9 * Math.abs(high) ? 0.5 : (value - low) / (high - low);
      const square = `M${j * pixel} ${i * pixel}h${pixel}v${pixel}h-${pixel}z`;
      paths[Math.round(level * LEVELS)] += square;
    }),
  );
  const drawn = paths.flatMap((d, level) => {
    const grey = Math.round((level / LEVELS) * 255);
    return d ? [svg("path", { d, fill: `rgb(${grey} ${grey} ${grey})` })] : [];
  });
  return picture(image[0].length * pixel, image.length * pixel, label, drawn);
}
