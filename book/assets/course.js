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

// What is wider than the page and slides can be slid by keyboard, too; what fits is no stop for the tab key.
(() => {
  const wide = ".katex-display, .bd-article .slides, .bd-article pre";
  function reach() {
    for (const element of document.querySelectorAll(wide)) {
      const slides = getComputedStyle(element).overflowX !== "visible" && element.scrollWidth > element.clientWidth;
      if (slides) element.tabIndex = 0;
      else element.removeAttribute("tabindex");
    }
  }
  addEventListener("load", reach);
  addEventListener("resize", reach);
  document.fonts.ready.then(reach); // a fallback font has other widths
  addEventListener("toggle", reach, true); // what is unfolded has no width before
})();
