// The button for the theme, and the buttons that copy.  Without this script the page follows the reader's system.
(() => {
  "use strict";
  const root = document.documentElement;
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const system = () => (dark.matches ? "dark" : "light");
  const kept = () => { try { return localStorage.theme; } catch { return undefined; } };

  function choose(theme) {
    root.dataset.theme = theme;
    try {
      if (theme === system()) delete localStorage.theme; // back to what the system says
      else localStorage.theme = theme;
    } catch { /* a browser that keeps nothing: the choice holds for this page */ }
  }

  dark.addEventListener("change", () => { if (!kept()) root.dataset.theme = system(); });
  const button = document.querySelector(".bar .theme");
  if (button) {
    button.hidden = false;
    const label = () => {
      button.lastElementChild.textContent = root.dataset.theme === "dark" ? "Light theme" : "Dark theme";
    };
    button.addEventListener("click", () => { choose(root.dataset.theme === "dark" ? "light" : "dark"); label(); });
    dark.addEventListener("change", label);
    label();
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch { // an address without https, or a browser that asks and is refused
      const field = Object.assign(document.createElement("textarea"), { value: text });
      document.body.append(field);
      field.select();
      const done = document.execCommand("copy");
      field.remove();
      return done;
    }
  }

  document.querySelectorAll(".cell_input .highlight, .highlight-text .highlight, .highlight-sh .highlight, .highlight-bash .highlight")
    .forEach((block, index) => {
      const code = block.querySelector("pre");
      const copier = Object.assign(document.createElement("button"), { type: "button", className: "copy", textContent: "Copy" });
      const which = Object.assign(document.createElement("span"), { className: "visually-hidden", textContent: ` code ${index + 1}` });
      copier.append(which);
      copier.addEventListener("click", async () => {
        const done = await copy(code.textContent.trimEnd() + "\n");
        copier.firstChild.textContent = done ? "Copied" : "Not copied";
        setTimeout(() => { copier.firstChild.textContent = "Copy"; }, 2000);
      });
      block.append(copier);
    });

  // The contents open at the page that is read.
  const here = document.querySelector(".bd-links a.current");
  const contents = document.getElementById("contents");
  if (here && contents && contents.scrollHeight > contents.clientHeight) {
    contents.scrollTop = here.offsetTop - contents.clientHeight / 2;
  }
})();
