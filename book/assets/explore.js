// Moves the interactive figures of the static pages.  A figure carries all its frames; this script only chooses one.
// No library and no network.  Without it the first frame is shown and the controls stay hidden.
(() => {
  "use strict";
  const STEP = 1200; // milliseconds between frames while playing
  const MIDDLE = "50"; // per cent: where a divider begins
  const REST = 300;  // milliseconds without a change before the address is rewritten (browsers limit how often)

  function start(root) {
    const data = JSON.parse(root.querySelector(".explore-data").textContent);
    const controls = data.choices.map((choice) => root.querySelector(`[data-choice="${choice.name}"]`));
    const played = data.choices.findIndex((choice) => choice.name === data.play);
    const last = data.choices[played].texts.length - 1;
    const output = root.querySelector(".explore-readout");
    const picture = root.querySelector(".explore-picture");
    const link = root.querySelector(".explore-link");
    const beside = root.querySelector("[data-beside]"); // null where nothing is compared
    const divider = root.querySelector("[data-divider]");
    const button = Object.fromEntries([...root.querySelectorAll("[data-move]")].map((b) => [b.dataset.move, b]));
    let timer = 0;
    let pending = 0;

    const state = () => controls.map((control) => Number(control.value));

    const frame = (now) => data.frames[now.reduce((i, value, n) => i * data.choices[n].texts.length + value, 0)];
    const isCompared = () => beside !== null && beside.value !== "";

    function show() {
      const now = state();
      const [drawn, said] = frame(now);
      if (isCompared()) {
        const [drawnToo, saidToo] = frame(now.map((value, n) => (data.choices[n].name === data.compare ? Number(beside.value) : value)));
        picture.innerHTML = `<div class="explore-two"><div>${drawn}</div><div>${drawnToo}</div></div>`;
        output.textContent = `Left: ${said} Right: ${saidToo}`;
      } else [picture.innerHTML, output.textContent] = [drawn, said];
      if (divider) divide();
      const texts = now.map((value, n) => data.choices[n].texts[value]);
      controls.forEach((control, n) => {
        if (control.type !== "range") return;
        control.setAttribute("aria-valuetext", texts[n]);
        control.nextElementSibling.textContent = texts[n];
      });
      // Not `disabled`: that would throw the keyboard focus away at the ends.
      button["-1"].setAttribute("aria-disabled", String(now[played] === 0));
      button["1"].setAttribute("aria-disabled", String(now[played] === last));
    }

    function address() {
      const query = new URLSearchParams(data.choices.map((choice, n) => [choice.name, choice.texts[controls[n].value]]));
      if (isCompared()) {
        query.set("beside", beside.selectedOptions[0].text);
        if (divider.value !== MIDDLE) query.set("divider", divider.value);
      }
      return `#${root.id}?${query}`;
    }

    function divide() {
      const place = `${divider.value}%`;
      divider.disabled = !isCompared();
      divider.setAttribute("aria-valuetext", place);
      divider.nextElementSibling.textContent = place;
      picture.style.setProperty("--divider", place);
    }

    function drag(event) {
      const two = event.buttons === 1 && event.target.closest(".explore-two");
      if (!two) return;
      const { left, width } = two.getBoundingClientRect();
      divider.value = (100 * (event.clientX - left)) / width;
      divide();
      remember();
    }

    function remember() {
      clearTimeout(pending);
      pending = setTimeout(() => history.replaceState(history.state, "", address()), REST);
    }

    function pause() {
      clearInterval(timer);
      timer = 0;
      button.play.textContent = "Play";
      output.setAttribute("aria-live", "polite");
    }

    function move(by) {
      const next = Math.min(last, Math.max(0, Number(controls[played].value) + by));
      controls[played].value = next;
      show();
      remember();
      return next;
    }

    function play() {
      button.play.textContent = "Pause";
      output.setAttribute("aria-live", "off"); // a screen reader could not keep up; it speaks again after the pause
      if (Number(controls[played].value) === last) move(-last);
      timer = setInterval(() => move(1) === last && pause(), STEP);
    }

    function restore(visit) {
      const [name, query = ""] = location.hash.slice(1).split("?");
      if (name !== root.id) return;
      const wanted = new URLSearchParams(query);
      data.choices.forEach((choice, n) => {
        const at = choice.texts.indexOf(wanted.get(choice.name));
        if (at >= 0) controls[n].value = at;
      });
      if (beside) {
        beside.value = [...beside.options].find((option) => option.text === wanted.get("beside"))?.value ?? "";
        divider.value = wanted.get("divider") ?? MIDDLE;
      }
      show();
      if (visit) root.scrollIntoView();
    }

    async function copy() {
      clearTimeout(pending);
      history.replaceState(history.state, "", address());
      let answer = "Copied";
      try {
        await navigator.clipboard.writeText(location.href);
      } catch { // not allowed here; the address itself is right all the same
        answer = "Copy the page's address";
      }
      link.textContent = answer;
      setTimeout(() => { link.textContent = "Copy link"; }, 2000);
    }

    data.choices.forEach((choice, n) => { controls[n].value = choice.start; });
    link.addEventListener("click", copy);
    controls.forEach((control) => control.addEventListener("input", () => { pause(); show(); remember(); }));
    if (beside) {
      [beside.value, divider.value] = ["", MIDDLE];
      beside.addEventListener("input", () => { pause(); show(); remember(); });
      divider.addEventListener("input", () => { divide(); remember(); });
      for (const kind of ["pointerdown", "pointermove"]) picture.addEventListener(kind, drag);
    }
    button["-1"].addEventListener("click", () => { pause(); move(-1); });
    button["1"].addEventListener("click", () => { pause(); move(1); });
    button.play.addEventListener("click", () => (timer ? pause() : play()));
    addEventListener("hashchange", () => restore(true));
    show();
    root.querySelector(".explore-controls").hidden = false;
    restore(true);
  }

  const all = () => document.querySelectorAll(".explore").forEach(start);
  if (document.readyState === "loading") addEventListener("DOMContentLoaded", all);
  else all();
})();
