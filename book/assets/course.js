// Paper is white: a page is printed in the light theme and with everything unfolded, then put back as it was.
(() => {
  const root = document.documentElement;
  let theme, folded = [];
  addEventListener("beforeprint", () => {
    theme = root.dataset.theme;
    root.dataset.theme = "light";
    folded = [...document.querySelectorAll("details:not([open])")];
    for (const details of folded) details.open = true;
  });
  addEventListener("afterprint", () => {
    root.dataset.theme = theme;
    for (const details of folded) details.open = false;
  });
})();

// A formula that is wider than the page can be scrolled by keyboard, too; one that fits is no stop for the tab key.
(() => {
  function reach() {
    for (const formula of document.querySelectorAll(".katex-display")) {
      if (formula.scrollWidth > formula.clientWidth) formula.tabIndex = 0;
      else formula.removeAttribute("tabindex");
    }
  }
  addEventListener("load", reach);
  addEventListener("resize", reach);
  addEventListener("toggle", reach, true); // what is unfolded has no width before
})();
