/**
 * One live figure: its fields, its grids, the cell that is pointed at, its address.  The markup is
 * in the page already (book/_extensions/live.py), so that nothing moves when this begins.
 */

import { copy } from "../calculator/dom.mjs";
import { InputError } from "../calculator/numbers.mjs";

import { addressOf, cellOf, parseAddress } from "./address.mjs";
import { plotted } from "./curve.mjs";
import { cellWidth, drawn, lay, rewrite, walk } from "./grid.mjs";

/** @import { At } from "./address.mjs" */
/** @import { Kind, Panel, Values } from "./kinds.mjs" */

const REST = 300; // milliseconds without a change before the address is rewritten
const SAID = 2500; // milliseconds that an answer of the copy button is to be read

/** What keys do to the cell that has the focus, if the kind can. */
const ACTS = new Map([
  ["+", "more"],
  ["-", "less"],
  ["−", "less"],
]);
/** @type {ReadonlyMap<string, string>} */
const STEPS = new Map([
  ["ArrowUp", "1"],
  ["ArrowDown", "-1"],
]);

/** @type {import("./words.mjs").Cell} */
const ORIGIN = [0, 0];

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Field */
/** @typedef {{ panel: Panel, grid: SVGSVGElement, width: number, heading: HTMLElement }} Drawn */

/**
 * Bring a figure to life.
 * @param {HTMLElement} root
 * @param {Kind<unknown>} kind
 */
export function start(root, kind) {
  /** @type {(selector: string) => HTMLElement} */
  const part = (selector) => /** @type {HTMLElement} */ (root.querySelector(selector));
  const sentence = part(".live-sentence");
  const link = part(".live-link");
  const fields = /** @type {Field[]} */ ([...root.querySelectorAll("[name]")]);
  const usual = Object.fromEntries(fields.map((field) => [field.name, usualOf(field)]));
  /** @type {unknown} */
  let state = null;
  /** @type {Map<string, Drawn>} */
  const panels = new Map();
  /** @type {At | null} */
  let chosen = null; // by a click, a key or the address: it stays when the mouse goes on
  /** @type {At | null} */
  let before = null; // what was chosen when a click began
  let pending = 0;

  const values = () => Object.fromEntries(fields.map(({ name, value }) => [name, value]));
  const address = () => addressOf(root.id, values(), usual, chosen);

  /** On paper a figure that nobody has touched is its first frame. */
  function markOwn() {
    root.classList.toggle("live-own", address() !== `#${root.id}`);
  }

  function remember() {
    markOwn();
    clearTimeout(pending);
    pending = window.setTimeout(() => history.replaceState(history.state, "", address()), REST);
  }

  /** Read the fields and draw; or say what is wrong, and leave the picture as it was. */
  function show() {
    /** @type {InputError | null} */
    let wrong = null;
    try {
      state = kind.read(values());
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      wrong = error;
    }
    for (const field of fields) {
      if (field.name === wrong?.key) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    }
    root.classList.toggle("live-wrong", wrong !== null);
    if (wrong) sentence.textContent = wrong.message;
    else redraw();
  }

  function redraw() {
    panels.clear();
    for (const panel of kind.draw(state)) {
      const place = part(`[data-panel="${panel.name}"]`);
      const heading = /** @type {HTMLElement} */ (place.firstElementChild);
      const width = cellWidth(panel.values, panel.blank);
      const grid = panel.curve ? plotted(panel.curve, panel.heading) : drawn(panel, width);
      if (!panel.curve) grid.setAttribute("aria-labelledby", heading.id);
      place.replaceChildren(heading, grid);
      panels.set(panel.name, { panel, grid, width, heading });
    }
    if (chosen && !cellAt(chosen)) chosen = null;
    for (const panel of panels.keys()) {
      const cell = chosen?.panel === panel ? chosen.cell : ORIGIN;
      cellAt({ panel, cell })?.setAttribute("tabindex", "0");
    }
    point(chosen);
  }

  /** @param {At} at */
  function cellAt({ panel, cell }) {
    return panels.get(panel)?.grid.querySelector(`[data-at="${cell.join(" ")}"]`);
  }

  /**
   * Light up what belongs to a cell, or nothing.
   * @param {At | null} at
   */
  function point(at) {
    const pointed = at && kind.point(state, at.panel, at.cell);
    for (const [name, { panel, grid, width, heading }] of panels) {
      const { heading: words, values: numbers } = pointed?.instead?.[name] ?? panel;
      heading.textContent = words;
      if (!panel.blank) rewrite(grid, width, numbers);
      const own = at?.panel === name ? at.cell : null;
      lay(grid, width, pointed?.marked[name] ?? [], pointed?.blocks?.[name], own);
    }
    if (!root.classList.contains("live-wrong")) {
      sentence.textContent = pointed ? pointed.sentence : kind.say(state);
    }
  }

  /** @param {At | null} at */
  function choose(at) {
    if (at) {
      const grid = panels.get(at.panel)?.grid;
      grid?.querySelector('[tabindex="0"]')?.setAttribute("tabindex", "-1");
      cellAt(at)?.setAttribute("tabindex", "0");
    }
    chosen = at;
    point(at);
    remember();
  }

  /** @param {KeyboardEvent} event */
  function pressed(event) {
    if (event.altKey || event.ctrlKey || event.metaKey) return;
    const step = event.target instanceof HTMLInputElement && STEPS.get(event.key);
    if (step) {
      event.preventDefault();
      stepped(/** @type {HTMLInputElement} */ (event.target).name, Number(step));
    }
    const at = lyingIn(event.target);
    if (!at) return;
    const act = ACTS.get(event.key);
    if (act) perform(act, at);
    if (event.key === "Escape") choose(null);
    const to = walk(event.key, at.cell, panels.get(at.panel)?.panel.values ?? [[]]);
    if (!to) return;
    event.preventDefault();
    /** @type {SVGElement | null | undefined} */
    (cellAt({ panel: at.panel, cell: to }))?.focus();
  }

  /**
   * Change fields; at the end of what is allowed a button does nothing but say so.
   * @param {Values} changed
   * @returns whether they were changed
   */
  function attempt(changed) {
    const held = values();
    const fill = (/** @type {Values} */ texts) => {
      for (const field of fields) field.value = texts[field.name] ?? field.value;
      show();
    };
    fill(changed);
    const good = fields.every(
      (field) => !(field.name in changed && field.hasAttribute("aria-invalid")),
    );
    if (!good) {
      const said = sentence.textContent;
      fill(held);
      sentence.textContent = said;
    }
    remember();
    return good;
  }

  /**
   * @param {string} name of a field
   * @param {number} by
   */
  function stepped(name, by) {
    attempt({ [name]: String((Number(values()[name]) || 0) + by) });
  }

  /**
   * Have the kind change its numbers; where it cannot, the sentence says why.
   * @param {string} name of what is to be done
   * @param {At | null} at
   */
  function perform(name, at) {
    const change = kind.acts?.[name];
    if (!change || root.classList.contains("live-wrong")) return;
    const walking = lyingIn(document.activeElement);
    let good = false;
    try {
      good = attempt(change(state, at));
    } catch (error) {
      if (!(error instanceof InputError)) throw error;
      sentence.textContent = error.message;
    }
    if (!walking || lyingIn(document.activeElement)) return;
    const said = sentence.textContent;
    /** @type {SVGElement | null | undefined} */ (cellAt(walking))?.focus(); // drawn anew
    if (!good) sentence.textContent = said;
  }

  /** Take over what the address says, if it speaks of this figure. */
  function restore() {
    const said = parseAddress(root.id, location.hash, kind.fields);
    if (!said) return;
    for (const field of fields) {
      const value = said.values[field.name] ?? usual[field.name];
      if (field instanceof HTMLTextAreaElement) field.value = value.replaceAll(/ *; */g, "\n");
      else if (isAllowed(field, value)) field.value = value;
    }
    chosen = said.at;
    show();
    markOwn();
    settle(root);
  }

  async function copyLink() {
    clearTimeout(pending);
    history.replaceState(history.state, "", address());
    link.textContent = (await copy(location.href)) ? "Copied" : "Copy the page’s address";
    setTimeout(() => {
      link.textContent = "Copy link";
    }, SAID);
  }

  root.addEventListener("input", () => {
    show();
    remember();
  });
  root.addEventListener("pointerover", (event) => {
    if (event.pointerType !== "mouse") return;
    const at = lyingIn(event.target);
    if (at) point(at);
  });
  part(".live-stage").addEventListener("pointerleave", () => point(chosen));
  root.addEventListener("focusin", (event) => {
    const at = lyingIn(event.target);
    if (at) choose(at);
  });
  root.addEventListener("keydown", pressed);
  root.addEventListener("pointerdown", () => {
    before = chosen;
  });
  root.addEventListener("click", (event) => {
    const at = lyingIn(event.target);
    if (at && before?.panel === at.panel && String(before.cell) === String(at.cell)) {
      perform("again", at);
    }
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    const step = button?.getAttribute("data-step");
    if (step) stepped(step, Number(button?.getAttribute("data-by")));
    const act = button?.getAttribute("data-act");
    if (act) perform(act, chosen);
    if (button?.hasAttribute("data-reset")) {
      for (const field of fields) field.value = usual[field.name];
      chosen = null;
      show();
      remember();
    }
  });
  link.addEventListener("click", copyLink);
  addEventListener("hashchange", restore);
  for (const field of fields) field.value = usual[field.name]; // not what a reload has kept
  show();
  restore();
}

/**
 * The cell that something of the page lies in.
 * @param {EventTarget | null} target
 * @returns {At | null}
 */
function lyingIn(target) {
  const cell = target instanceof Element ? target.closest("[data-at]") : null;
  const panel = cell?.closest("[data-panel]")?.getAttribute("data-panel");
  if (!cell || !panel) return null;
  const [row, column] = (cell.getAttribute("data-at") ?? "").split(" ");
  return { panel, cell: cellOf(row, column) };
}

/**
 * Scroll to a figure, on a page that is still coming not before its fonts are there: they would
 * move the figure away again.
 * @param {HTMLElement} root
 */
function settle(root) {
  const scroll = () => document.fonts.ready.then(() => root.scrollIntoView());
  if (document.readyState === "complete") scroll();
  else addEventListener("load", scroll, { once: true });
}

/**
 * What a field begins with.
 * @param {Field} field
 */
function usualOf(field) {
  if (!(field instanceof HTMLSelectElement)) return field.defaultValue;
  return field.options[0].value;
}

/**
 * Whether a field takes a value: a menu takes only its own.
 * @param {Field} field
 * @param {string} value
 */
function isAllowed(field, value) {
  if (!(field instanceof HTMLSelectElement)) return true;
  return [...field.options].some((option) => option.value === value);
}
