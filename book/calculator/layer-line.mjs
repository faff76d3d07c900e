/** A layer that somebody pastes as a line of code, as the fields of the calculator. */

import { list } from "../engine/lists.mjs";

import { bracketed, listed, numbersIn, wordIn } from "./calls.mjs";
import { fieldsOf } from "./fields.mjs";
import { borderWord, cutsOf, LIBRARIES, NO_CALL, ROLES } from "./libraries.mjs";

/** @import { Axis, Cuts } from "../engine/conventions.mjs" */
/** @import { Argument } from "./calls.mjs" */
/** @import { Values } from "./fields.mjs" */
/** @import { Library } from "./libraries.mjs" */

const LEFT_OPEN = new Set(["None", '"NOTSET"', "'NOTSET'"]);
const SHUFFLE = /\b(?:PixelShuffle|pixel_shuffle|depth_to_space|make_node)\s*\(/;

/**
 * What was read: the fields that change, and sentences about the rest.
 * @typedef {{ changes: Record<string, string>, said: string }} Reading
 */

/**
 * A call of a layer, or its arguments, wherever they stand in a text; null when there is none.
 * @param {string} text
 * @param {Values} values what the fields hold
 * @returns {Reading | null}
 */
export function readCall(text, values) {
  const shuffle = readShuffle(text);
  if (shuffle) return shuffle;
  const found = LIBRARIES.flatMap((library) => {
    const match = library.call.exec(text);
    return match ? [{ library, match }] : [];
  }).toSorted((a, b) => a.match.index - b.match.index)[0];
  if (found) {
    const { library, match } = found;
    const given = bracketed(text, match.index + match[0].length - 1);
    return new Line(library, Number(match[1] ?? 0), given, values).reading();
  }
  if (!NO_CALL.call.test(text)) return null;
  const given = listed(text);
  if (!given.some(({ keyword }) => ROLES.has(keyword))) return null;
  return new Line(NO_CALL, 0, given, values).reading();
}

/**
 * Pixel shuffle by r is the layer with kernel r and stride r, one weight for each of r² channels.
 * @param {string} text
 * @returns {Reading | null}
 */
function readShuffle(text) {
  const match = SHUFFLE.exec(text);
  if (!match || (match[0].startsWith("make_node") && !text.includes("DepthToSpace"))) return null;
  const given = bracketed(text, match.index + match[0].length - 1);
  const factors = given.flatMap(({ text: one }) => numbersIn(one) ?? []);
  const [r] = factors;
  if (typeof r !== "number" || factors.length > 1) return null;
  const numbers = { k: `${r}`, s: `${r}`, d: "1", p: "0", e: "", o: "0" };
  const columns = Object.keys(numbers).map((name) => [`${name}1`, ""]);
  return {
    changes: Object.assign(Object.fromEntries(columns), numbers, {
      axes: "2",
      border: "numbers",
      kernel: "ones",
    }),
    said:
      `Read as pixel shuffle by ${r}, which has the sizes of the layer with kernel ${r} and ` +
      `stride ${r}.`,
  };
}

/** One layer while it is read. */
class Line {
  /**
   * @param {Library} library
   * @param {number} rank how many axes the name says; 0 if it says nothing
   * @param {Argument[]} given
   * @param {Values} values
   */
  constructor(library, rank, given, values) {
    this.library = library;
    this.values = values;
    /** @type {Map<string, Argument>} by what they are about */
    this.roles = new Map();
    /** @type {string[]} */
    this.unused = [];
    /** @type {string[]} */
    this.unread = [];
    const order = library.order.split(" ");
    given.forEach(({ keyword, text }, place) => {
      const word = keyword || (order[place] ?? "");
      const role = ROLES.get(word);
      if (LEFT_OPEN.has(text)) return;
      if (role) this.roles.set(role, { keyword: word, text });
      else if (library.name || keyword) this.unused.push(keyword ? `${keyword}=${text}` : text);
      else this.unread.push(text);
    });
    this.rank = rank || this.rankOfLists();
    this.k = this.numbers("k");
    this.s = this.numbers("s");
    this.d = this.numbers("d");
  }

  /** The number of axes that the lists of kernel sizes and strides have, else that of the page. */
  rankOfLists() {
    const lengths = ["k", "s", "d"].map((role) => {
      const argument = this.roles.get(role);
      return argument ? (numbersIn(argument.text)?.length ?? 0) : 0;
    });
    const longest = Math.max(...lengths);
    return longest > 1 && longest < 4 ? longest : Number(this.values.axes);
  }

  /**
   * What an argument says of each axis; null when it is not there or cannot be read.
   * @param {string} role
   * @returns {number[] | null}
   */
  numbers(role) {
    const argument = this.roles.get(role);
    if (!argument) return null;
    const found = perAxis(numbersIn(argument.text), this.rank);
    if (!found) this.refuse(role);
    return found;
  }

  /**
   * Name an argument as one that is not understood.
   * @param {string} role
   */
  refuse(role) {
    const argument = this.roles.get(role);
    if (argument) this.unread.push(`${argument.keyword}=${argument.text}`);
  }

  /** @returns {Reading} */
  reading() {
    const shown = Math.min(this.rank, 2);
    const numbers = { k: this.k, s: this.s, d: this.d };
    /** @type {Record<string, (number | string)[]>} */
    const fields = {};
    for (const [name, value] of Object.entries(numbers)) {
      const usual = this.library.name && name !== "k" && !this.roles.has(name) ? [1, 1] : null;
      const read = value ?? usual;
      if (read) fields[name] = read;
    }
    const border = this.border();
    Object.assign(fields, border.fields);
    /** @type {Record<string, string>} */
    const changes = { axes: shown === 1 ? "1" : "2", ...border.word };
    for (const [name, [first, second = first]] of Object.entries(fields)) {
      changes[name] = String(first);
      changes[`${name}1`] = second === first ? "" : String(second);
    }
    if (this.k) changes.kernel = "ones";
    return { changes, said: this.sentences(fields, border.word.border) };
  }

  /**
   * What was read, and what was not.
   * @param {Record<string, (number | string)[]>} fields
   * @param {string | undefined} border
   */
  sentences(fields, border) {
    const { library, rank, unused, unread } = this;
    const parts = Object.entries(fields)
      .filter(([, [first]]) => first !== "")
      .map(([name, [first, second = first]]) =>
        first === second || rank === 1 ? `${name} = ${first}` : `${name} = ${first} × ${second}`,
      );
    if (border && border !== "numbers") parts.push(`the border as ${border}`);
    return [
      library.name ? `Read as a layer of ${library.name}: ` : "Read: ",
      parts.length ? `${parts.join(", ")}.` : "nothing.",
      rank === 3 ? " Of its three axes the first two are here." : "",
      library.name && !this.roles.has("k")
        ? ` It does not say its kernel size, which stays ${this.values.k}.`
        : "",
      unused.length ? ` Not used: ${unused.join(", ")}.` : "",
      unread.length ? ` Not understood: ${unread.join(", ")}.` : "",
    ].join("");
  }

  /**
   * How the border is given: by a word, or by numbers for each axis.
   * @returns {{ word: { border?: string }, fields: Record<string, (number | string)[]> }}
   */
  border() {
    const { library, rank, roles } = this;
    const said = roles.get("padding");
    if (!said && !library.name) {
      const o = this.numbers("o");
      return o ? { word: { border: "numbers" }, fields: { o } } : { word: {}, fields: {} };
    }
    const text = said?.text ?? library.padding;
    const word = borderWord(wordIn(text));
    const alone = !roles.has("o") && (!roles.has("size") || !this.size());
    if (word && alone) {
      if (roles.has("size")) this.refuse("size");
      return { word: { border: word }, fields: {} };
    }
    const o = this.numbers("o") ?? list(rank, () => 0);
    const pairs = word ? null : pairsIn(text || "0", rank, said?.keyword === "pads");
    if (!word && !pairs) {
      this.refuse("padding");
      return { word: {}, fields: {} };
    }
    if (pairs && (library.name === "PyTorch" || !library.name)) {
      const p = pairs.map(([start]) => start);
      const e = pairs.map(([start, end]) => (end === start ? "" : end));
      return { word: { border: "numbers" }, fields: { p, e, o } };
    }
    const zeros = (library.name === "JAX" || library.name === "Flax") && pairs;
    if (zeros && Math.min(...zeros.flat()) >= 0) {
      const [p, e] = [0, 1].map((at) => zeros.map((pair) => pair[at]));
      return { word: { border: "jax" }, fields: { p, e } };
    }
    const axes = list(rank, (a) => this.cut(a, word, pairs?.[a] ?? [0, 0], o[a]));
    if (axes.some((axis) => axis === null)) {
      for (const role of ["padding", "o", "size"]) this.refuse(role);
      return { word: {}, fields: {} };
    }
    const all = /** @type {Axis[]} */ (axes).map(fieldsOf);
    const [p, e, op] = /** @type {const} */ (["p", "e", "o"]).map((name) =>
      all.map((axis) => axis[name]),
    );
    return { word: { border: "numbers" }, fields: { p, e, o: op } };
  }

  /** The sizes that are asked for, one for each axis; null where they are no numbers. */
  size() {
    const argument = this.roles.get("size");
    const found = argument ? numbersIn(argument.text) : null;
    return found && perAxis(inner(found, this.rank), this.rank);
  }

  /**
   * One axis with what is cut from it; null where the library has no such layer.
   * @param {number} a
   * @param {string | null} word
   * @param {number[]} pair
   * @param {number} op
   * @returns {Axis | null}
   */
  cut(a, word, [begin, end], op) {
    /** @type {(name: "n" | "k" | "s" | "d") => number} */
    const typed = (name) => Number((a && this.values[`${name}1`]) || this.values[name]);
    const axis = {
      n: typed("n"),
      k: this.k?.[a] ?? typed("k"),
      s: this.s?.[a] ?? 1,
      d: this.d?.[a] ?? 1,
    };
    const whole = Object.values(axis).every((value) => Number.isSafeInteger(value) && value > 0);
    if (!whole) return null;
    const pads = /** @type {Cuts} */ ([begin, end]);
    const cuts = cutsOf(this.library.name, axis, { word, pads, op, size: this.size()?.[a] });
    return cuts && { ...axis, start: cuts[0], end: cuts[1] };
  }
}

/**
 * One number for each axis.
 * @param {(number | number[])[] | null} given
 * @param {number} rank
 * @returns {number[] | null}
 */
function perAxis(given, rank) {
  if (!given) return null;
  const flat = /** @type {number[]} */ (inner(given, rank).filter(Number.isSafeInteger));
  if (flat.length === 1) return list(rank, () => flat[0]);
  return flat.length === rank ? flat : null;
}

/**
 * A list with entries for batch and channels, as TensorFlow writes it, without these.
 * @template T
 * @param {T[]} given
 * @param {number} rank
 */
function inner(given, rank) {
  return given.length === rank + 2 ? given.slice(1, -1) : given;
}

/**
 * Paddings as a pair for each axis, before and after.
 * @param {string} text
 * @param {number} rank
 * @param {boolean} grouped whether all starts come before all ends
 * @returns {Cuts[] | null}
 */
function pairsIn(text, rank, grouped) {
  const given = numbersIn(text);
  if (!given) return null;
  if (Array.isArray(given[0])) {
    const pairs = inner(/** @type {number[][]} */ (given), rank);
    return pairs.length === rank && pairs.every(({ length }) => length === 2)
      ? /** @type {Cuts[]} */ (pairs)
      : null;
  }
  const flat = /** @type {number[]} */ (given);
  if (grouped && flat.length === 2 * rank) return list(rank, (a) => [flat[a], flat[rank + a]]);
  const each = grouped ? null : perAxis(flat, rank);
  return each && each.map((value) => [value, value]);
}
