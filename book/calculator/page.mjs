/**
 * The calculator page: reads the fields, asks the engine, writes the answers.  Whatever a reader
 * typed reaches the page as text only.
 */

import { address, fields, parse, restore, values } from "./address.mjs";
import * as chain from "./chain.mjs";
import { byId, copy, element } from "./dom.mjs";
import { readEntry } from "./entries.mjs";
import { readLayer } from "./fields.mjs";
import * as kernel from "./kernel.mjs";
import { hasOwnSize } from "./kernels.mjs";
import * as layer from "./layer.mjs";
import { InputError } from "./numbers.mjs";
import * as sizes from "./sizes.mjs";

/** @import { Field } from "./address.mjs" */
/** @import { Finding } from "./findings.mjs" */

const REST = 300; // milliseconds without a change before the address is rewritten
const SAID = 4000; // milliseconds that "Copied" is to be read

/** The places of the book that prove a sentence, by label: the list at the end of the page. */
const PROOFS = new Map(
  [...document.querySelectorAll(".calc-proofs a")].map((link) => {
    const { hash } = /** @type {HTMLAnchorElement} */ (link);
    return [hash.slice(1).toLowerCase(), /** @type {HTMLAnchorElement} */ (link)];
  }),
);

/**
 * Write sentences, each with the link to its proof.
 * @param {string} id
 * @param {readonly Finding[]} findings
 */
function writeFindings(id, findings) {
  const items = findings.map(([sentence, label]) => {
    const proof = PROOFS.get(label);
    const link = proof ? element("a", { href: proof.href }, [proof.textContent ?? ""]) : "";
    return element("li", {}, [`${sentence} `, link]);
  });
  byId(id).replaceChildren(...items);
}

/**
 * Do the work of a panel; what is wrong with a field is said in place of its answer, and the rest
 * of the panel stays as it was, marked as old.
 * @param {string} id of the answer
 * @param {() => string} work returns the answer
 */
function panel(id, work) {
  const answer = byId(id);
  const result = answer.closest(".calc-result");
  let sentence = "";
  let wrong = "";
  try {
    sentence = work();
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    sentence = error.message;
    wrong = error.key;
  }
  if (answer.textContent !== sentence) answer.textContent = sentence;
  answer.classList.toggle("calc-wrong", wrong !== "");
  result?.classList.toggle("calc-old", wrong !== "");
  return wrong;
}

/** Read everything, write everything. */
function update() {
  const given = values();
  showFields(given);
  const decided = kernel.decidedSizes(given);
  const wrong = [
    panel("calc-answer", () => {
      const axes = readLayer(given, decided);
      const { answer, findings } = layer.describe(axes, given.border);
      writeFindings("calc-findings", findings);
      layer.drawOverlaps(axes);
      layer.writeCode(axes);
      return answer;
    }),
    panel("calc-kernel-answer", () => {
      const made = kernel.readKernel(given, readLayer(given, decided));
      const { answer, findings } = kernel.describe(made);
      writeFindings("calc-kernel-findings", findings);
      kernel.drawConstant(made);
      kernel.writeTables(made);
      return answer;
    }),
    panel("calc-sizes-answer", () => {
      const found = sizes.findLayers(given);
      byId("calc-sizes-table").replaceChildren(...(found.length ? [sizes.layersTable(found)] : []));
      return sizes.describe(found);
    }),
    panel("calc-chain-answer", () => {
      const links = chain.readChain(given);
      const { answer, findings } = chain.describe(links);
      writeFindings("calc-chain-findings", findings);
      chain.draw(links);
      return answer;
    }),
  ];
  for (const field of fields()) {
    if (wrong.includes(field.name)) field.setAttribute("aria-invalid", "true");
    else field.removeAttribute("aria-invalid");
  }
  // The drawing and the code are still those of the last layer that was allowed.
  for (const id of ["calc-overlap", "calc-code"]) {
    byId(id).classList.toggle("calc-outdated", wrong[0] !== "");
  }
  reach();
}

/**
 * Show the fields that count: columns for two axes, numbers where no word stands for them.
 * @param {import("./fields.mjs").Values} given
 */
function showFields(given) {
  const two = given.axes === "2";
  for (const part of document.querySelectorAll("[data-columns]")) {
    /** @type {HTMLElement} */ (part).hidden = !two;
  }
  byId("calc-h-rows").textContent = two ? "rows" : "";
  const word = given.border !== "numbers" && given.border !== "jax";
  /** @type {Readonly<Record<string, boolean>>} */
  const off = {
    k: hasOwnSize(given.kernel),
    p: word,
    e: word,
    o: given.border !== "numbers",
    seed: given.kernel !== "random",
  };
  for (const field of fields()) {
    const kind = field.name.replace(/1$/, "");
    if (kind in off) field.disabled = off[kind];
  }
}

/** What slides can be reached by keyboard; what fits is no stop for the tab key. */
function reach() {
  for (const part of document.querySelectorAll(".calc-drawing, .calc-table, .calc-code pre")) {
    const slides = part.scrollWidth > part.clientWidth || part.scrollHeight > part.clientHeight;
    if (slides || part.id === "calc-overlap") part.setAttribute("tabindex", "0");
    else part.removeAttribute("tabindex");
  }
}

let pending = 0;

/** Write the state into the address, but not at every key: browsers limit how often. */
function remember() {
  clearTimeout(pending);
  pending = setTimeout(() => history.replaceState(history.state, "", address()), REST);
}

/** The text of the field that is being typed into, as it was before. */
let before = "";

/**
 * Fill the fields with what a text means, if it is more than a number, and say so; one button leads
 * back.
 * @param {Field} field
 * @param {string} text
 * @returns {boolean} whether it was
 */
function takeIn(field, text) {
  const held = { ...values(), [field.name]: before };
  const reading = readEntry(field.name, text, held);
  if (!reading) return false;
  fill({ ...held, ...reading.changes });
  before = field.value;
  const undo = element("button", { type: "button" }, ["Undo"]);
  const said = /** @type {HTMLElement} */ (field.form?.querySelector(".calc-read"));
  said.replaceChildren(`${reading.said} `, undo);
  undo.addEventListener("click", () => {
    fill(held);
    field.focus();
  });
  return true;
}

/** @param {import("./fields.mjs").Values} given */
function fill(given) {
  restore(given);
  changed();
}

/** What was said of a line that was pasted holds no longer. */
function changed() {
  for (const said of document.querySelectorAll(".calc-read")) said.textContent = "";
  update();
  remember();
}

/**
 * The field that an event is about, if text is typed into it.
 * @param {Event} event
 * @returns {Field | null}
 */
function typedInto({ target }) {
  if (target instanceof HTMLTextAreaElement) return target;
  return target instanceof HTMLInputElement && target.type === "text" ? target : null;
}

/** @param {ClipboardEvent} event */
function onPaste(event) {
  const field = typedInto(event);
  if (!field) return;
  before = field.value;
  if (takeIn(field, event.clipboardData?.getData("text") ?? "")) event.preventDefault();
}

/** @param {Event} event */
function onInput(event) {
  const field = /** @type {Element} */ (event.target);
  if (field.id === "calc-w") {
    /** @type {HTMLSelectElement} */ (byId("calc-kernel")).value = "own";
  }
  changed();
}

/**
 * Arrow up and down change a number by one, as in a number field.
 * @param {KeyboardEvent} event
 */
function onKey(event) {
  const { target, key } = event;
  const by = key === "ArrowUp" ? 1 : key === "ArrowDown" ? -1 : 0;
  if (!by || !(target instanceof HTMLInputElement) || target.inputMode !== "numeric") return;
  if (!/^\d+$/.test(target.value.trim())) return;
  event.preventDefault();
  target.value = String(Math.max(Number(target.value) + by, 0));
  onInput(event);
}

/** @param {Event} event */
function onPoint(event) {
  const sample = /** @type {Element} */ (event.target).getAttribute("data-sample");
  if (sample) layer.pointAt(sample);
}

/**
 * The arrow keys walk over the samples of the drawing.
 * @param {KeyboardEvent} event
 */
function onWalk(event) {
  /** @type {Readonly<Record<string, readonly [number, number]>>} */
  const steps = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  const step = steps[event.key];
  if (!step) return;
  event.preventDefault();
  layer.pointBeside(...step);
}

/** @param {MouseEvent} event */
async function onClick(event) {
  const button = /** @type {Element} */ (event.target).closest("button");
  if (!button) return;
  if ("copyLink" in button.dataset) {
    history.replaceState(history.state, "", address());
    say(button, await copy(location.href));
  } else if (button.dataset.copyCode) {
    const code = byId(button.dataset.copyCode).querySelector("pre")?.textContent ?? "";
    say(button, await copy(code));
  } else if ("reset" in button.dataset) {
    fill({});
  } else if (button.dataset.take) take(JSON.parse(button.dataset.take));
}

/**
 * Say beside a button whether its text was copied.
 * @param {HTMLButtonElement} button
 * @param {boolean} done
 */
function say(button, done) {
  const said = button.parentElement?.querySelector(".calc-said");
  if (!said) return;
  said.textContent = done ? "Copied." : "This browser does not allow it; please mark and copy.";
  setTimeout(() => (said.textContent = ""), SAID);
}

/**
 * Put a found layer into the fields of the layer, and go there.
 * @param {Record<string, string | number>[]} axes
 */
function take([rows, columns]) {
  const now = { ...values(), border: "numbers", kernel: "ones" };
  const texts = Object.entries(rows).map(([name, value]) => [name, String(value)]);
  const others = Object.entries(columns ?? {}).map(([name, value]) => [
    `${name}1`,
    value === rows[name] ? "" : String(value),
  ]);
  fill({ ...now, ...Object.fromEntries([...texts, ...others]) });
  byId("calc-n").focus();
}

/** Take the state from the address, if it is one. */
function fromAddress() {
  const given = parse(location.hash);
  if (given) {
    restore(given);
    byId("calc").scrollIntoView();
  }
  update();
}

for (const form of document.querySelectorAll("form.calc")) {
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("input", onInput);
  form.addEventListener("paste", (event) => onPaste(/** @type {ClipboardEvent} */ (event)));
  form.addEventListener("focusin", (event) => {
    before = typedInto(event)?.value ?? "";
  });
  form.addEventListener("change", (event) => {
    const field = typedInto(event);
    if (field && !takeIn(field, field.value)) before = field.value;
  });
  form.querySelector(".calc-answer")?.after(
    element("p", { class: "calc-read", role: "status" }),
  );
  form.addEventListener("keydown", (event) => onKey(/** @type {KeyboardEvent} */ (event)));
}
for (const part of document.querySelectorAll(".calc")) {
  part.addEventListener("click", (event) => void onClick(/** @type {MouseEvent} */ (event)));
  part.addEventListener("toggle", reach, true);
}
byId("calc-overlap").addEventListener("pointerover", onPoint);
byId("calc-overlap").addEventListener("click", onPoint);
byId("calc-overlap").addEventListener("keydown", onWalk);
addEventListener("hashchange", () => {
  if (location.hash === "") restore({}); // back to the page as it begins
  fromAddress();
});
addEventListener("resize", reach);
fromAddress();
