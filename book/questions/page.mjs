import { countNumbers, isAnswer, readNumbers } from "./reading.mjs";

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
 * Say whether the answer is right, and why.
 * @param {HTMLFormElement} form
 */
function judge(form) {
  const verdict = /** @type {HTMLElement} */ (form.querySelector(".verdict"));
  const known = [...form.querySelectorAll(".why")].map((why) => /** @type {HTMLElement} */ (why));
  const right = known.find((why) => "right" in why.dataset);
  const answer = String(new FormData(form).get("answer") ?? "");
  const radio = form.querySelector("[type=radio]") !== null;
  const count = countNumbers(right?.dataset.value ?? "");
  const typed = radio ? null : readNumbers(answer, count);
  if (radio ? answer === "" : typed === null) {
    verdict.dataset.is = "unread";
    verdict.textContent = radio
      ? "Choose an answer first."
      : `Type ${count === 1 ? "a number, such as 12 or 1/2" : `${count} numbers, such as ` +
        Array.from({ length: count }, (_, i) => i + 2).join("×")}.`;
    return;
  }
  const said = known.find(({ dataset: { value = "" } }) =>
    typed ? isAnswer(typed, value) : value === answer,
  );
  const good = said !== undefined && said === right;
  verdict.dataset.is = good ? "right" : "wrong";
  const word = document.createElement("strong");
  word.textContent = good ? "✓ Right." : "✗ Not so.";
  const why = [...(said?.childNodes ?? [])].map((node) => node.cloneNode(true));
  verdict.replaceChildren(word, " ", ...why);
  kept[form.dataset.question ?? ""] = good;
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
    const verdict = form.querySelector(".verdict");
    verdict?.replaceChildren();
    verdict?.removeAttribute("data-is");
  }
  tell();
});
tell();
