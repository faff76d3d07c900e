// A button on each interactive figure that shows it alone, as large as the screen allows: for teaching.  A browser that
// cannot do so gets no button.  Of a figure that takes typed numbers the styles make the grids fill the screen.
(() => {
  "use strict";
  if (!document.fullscreenEnabled) return;
  const LARGEST = 4;

  /** Enlarge a figure step by step as long as all of it stays on the screen. */
  function fit(root) {
    let size = 1;
    const fits = (wanted) => {
      root.style.setProperty("--size", wanted);
      return root.scrollHeight <= root.clientHeight && root.scrollWidth <= root.clientWidth;
    };
    while (size < LARGEST && fits(size + 0.1)) size += 0.1;
    root.style.setProperty("--size", size.toFixed(1));
  }

  function start(root) {
    const button = document.createElement("button");
    const live = root.matches(".live");
    const title = root.querySelector(".explore-title, .live-title");
    button.type = "button";
    button.className = live ? "live-large" : "explore-large";
    button.textContent = "Full screen";
    button.setAttribute("aria-describedby", title.id);
    button.addEventListener("click", () => {
      if (document.fullscreenElement === root) document.exitFullscreen();
      else root.requestFullscreen();
    });
    root.addEventListener("fullscreenchange", () => {
      const large = document.fullscreenElement === root;
      button.textContent = large ? "Leave full screen" : "Full screen";
      if (large && !live) fit(root);
      else root.style.removeProperty("--size");
    });
    addEventListener("resize", () => { if (document.fullscreenElement === root && !live) fit(root); });
    title.after(button);
  }

  document.querySelectorAll(".explore, .live").forEach(start);
})();
