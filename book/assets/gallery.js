// A film of the gallery begins when it comes into sight and waits while it is out of it.  The films move by CSS alone.
(() => {
  "use strict";
  const watch = new IntersectionObserver(
    (changes) => changes.forEach(({ target, isIntersecting }) => target.classList.toggle("seen", isIntersecting)),
    { threshold: 0.25 },
  );
  document.querySelectorAll(".film").forEach((film) => watch.observe(film));
})();
