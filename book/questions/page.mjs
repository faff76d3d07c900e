import { countNumbers, howTyped, isAnswer, readNumbers } from "./reading.mjs";

const KEY = `questions:${location.pathname}`;
/** @type {HTMLFormElement[]} */
const forms = [...document.querySelectorAll("form.question")].map(
  (form) => /** @type {HTMLFormElement} */ (form),
);
const score = document.querySelector(".question-score");

/** @type {Record<string, boolean>} whether each question has been answered rightly */
let kept = {};
try {
  kept = JSON.parse(localStorage.getItem(KEY) ?? "{}");
} catch {
  // A browser that keeps nothing: the score lives as long as the page.
}

/** Keep the answers, and tell the score. */
function tell() {
  try {
    localStorage.setItem(KEY, JSON.stringify(kept));
  } catch {
    // See above.
  }
  const right = forms.filter((form) => kept[form.dataset.question ?? ""]).length;
  const given = forms.filter((form) => (form.dataset.question ?? "") in kept).length;
  const status = score?.querySelector("[role=status]");
  if (status) {
    status.textContent = `Answered: ${given} of ${forms.length}. Right: ${right}.`;
  }
}

/**
 * Say whether the answer of a form or of one of its parts is right, and why.
 * @param {HTMLElement} part
 * @returns {boolean | null} null if there is no answer yet
 */
function judgePart(part) {
  const verdict = /** @type {HTMLElement} */ (part.querySelector(".verdict"));
  const known = [...part.querySelectorAll(".why")].map((why) => /** @type {HTMLElement} */ (why));
  const field = /** @type {HTMLInputElement | null} */ (part.querySelector("[type=text]"));
  const answer = field ? typedIn(field, known) : chosenIn(part, known);
  if (typeof answer === "string") {
    verdict.dataset.is = "unread";
    verdict.textContent = answer;
    return null;
  }
  const { good, said } = answer;
  verdict.dataset.is = good ? "right" : "wrong";
  const word = document.createElement("strong");
  word.textContent = good ? "✓ Right." : "✗ Not so.";
  const why = said.flatMap(({ childNodes }) => [...childNodes]).map((node) => node.cloneNode(true));
  verdict.replaceChildren(word, " ", ...why);
  return good;
}

/**
 * What was typed, judged; a sentence if it cannot be read.
 * @param {HTMLInputElement} field
 * @param {readonly HTMLElement[]} known
 */
function typedIn(field, known) {
  const right = known.find((why) => "right" in why.dataset);
  const answer = right?.dataset.value ?? "";
  const typed = readNumbers(field.value, countNumbers(answer));
  if (typed === null) return howTyped(answer);
  const said = known.filter(({ dataset: { value = "" } }) => isAnswer(typed, value)).slice(0, 1);
  return { good: said[0] !== undefined && said[0] === right, said };
}

/**
 * What was chosen, judged: a wrong choice and a right one left out are told apart from the others.
 * @param {HTMLElement} part
 * @param {readonly HTMLElement[]} known
 */
function chosenIn(part, known) {
  const boxes = /** @type {HTMLInputElement[]} */ ([
    ...part.querySelectorAll("[type=radio], [type=checkbox]"),
  ]);
  const chosen = new Set(boxes.filter(({ checked }) => checked).map(({ value }) => value));
  const several = boxes.some(({ type }) => type === "checkbox");
  if (!chosen.size) return several ? "Tick all that apply first." : "Choose an answer first.";
  const isChosen = (/** @type {HTMLElement} */ why) => chosen.has(why.dataset.value ?? "");
  const mistaken = known.filter((why) => isChosen(why) !== "right" in why.dataset);
  return { good: !mistaken.length, said: several ? mistaken : known.filter(isChosen) };
}

/**
 * Judge a whole question: it is right when all of its parts are.
 * @param {HTMLFormElement} form
 */
function judge(form) {
  const parts = /** @type {HTMLElement[]} */ ([...form.querySelectorAll(".part")]);
  const judged = (parts.length ? parts : [form]).map(judgePart);
  if (judged.includes(null)) return;
  kept[form.dataset.question ?? ""] = judged.every(Boolean);
  tell();
}

for (const form of forms) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    judge(form);
  });
}
score?.querySelector("button")?.addEventListener("click", () => {
  kept = {};
  for (const form of forms) {
    form.reset();
    for (const verdict of form.querySelectorAll(".verdict")) {
      verdict.replaceChildren();
      verdict.removeAttribute("data-is");
    }
  }
  tell();
});
tell();
