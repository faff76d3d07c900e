// The portrait of the start page: enlarges it with the kernel and the stride that the reader chooses.
(() => {
  "use strict";
  const hero = document.querySelector(".start.hero");
  if (!hero) return;
  const SIZE = 6;   // CSS pixels for one pixel of the portrait: divisible by both strides, so no pixel is drawn wider than others
  const SMALL = 48; // what a phone shows of the portrait
  const side = Number(hero.dataset.side);
  const border = Number(hero.dataset.border);
  const pixels = Uint8Array.from(atob(hero.dataset.pixels), (c) => c.charCodeAt(0));
  const control = Object.fromEntries([...hero.querySelectorAll("[name]")].map((c) => [c.name, c]));
  const readout = hero.querySelector(".verdict");
  const image = hero.querySelector("img");
  const canvas = Object.assign(document.createElement("canvas"), { role: "img" });

  const KERNELS = {
    equal: (k) => Array(k).fill(1),
    tent: (k) => Array.from({ length: k }, (_, i) => Math.min(i + 1, k - i)),
    ramp: (k) => Array.from({ length: k }, (_, i) => i + 1),
  };
  const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);

  /** One line of pixels, its ends repeated, placed with stride s; cut to what no border has touched. */
  function placed(line, weights, s) {
    const k = weights.length;
    const padded = [...Array(border).fill(line[0]), ...line, ...Array(border).fill(line.at(-1))];
    const full = new Float64Array((padded.length - 1) * s + k);
    padded.forEach((x, i) => weights.forEach((w, u) => { full[i * s + u] += x * w * s / sum(weights); }));
    const start = border * s + Math.floor((k - s) / 2);
    return full.slice(start, start + line.length * s);
  }

  const columns = (rows) => Array.from(rows[0], (_, j) => rows.map((row) => row[j]));

  function draw(weights, s) {
    const shown = hero.querySelector(".shown").clientWidth >= side * SIZE ? side : SMALL;
    const off = Math.floor((side - shown) / 2);
    const rows = Array.from({ length: shown }, (_, i) => [...pixels.slice((i + off - (off ? 6 : 0)) * side + off, (i + off - (off ? 6 : 0)) * side + off + shown)]);
    const wide = rows.map((row) => placed(row, weights, s));
    const large = columns(columns(wide).map((column) => placed(column, weights, s)));
    canvas.width = canvas.height = shown * s;
    canvas.style.width = canvas.style.height = `${shown * SIZE}px`;
    const context = canvas.getContext("2d");
    const data = context.createImageData(shown * s, shown * s);
    large.forEach((row, i) => row.forEach((value, j) => {
      const at = 4 * (i * shown * s + j);
      data.data[at] = data.data[at + 1] = data.data[at + 2] = value;
      data.data[at + 3] = 255;
    }));
    context.putImageData(data, 0, 0);
  }

  function show() {
    const k = Number(control.k.value);
    const s = Number(control.s.value);
    const weights = KERNELS[control.kind.value](k);
    const sums = Array.from({ length: s }, (_, phase) => sum(weights.filter((_w, u) => u % s === phase)));
    const equal = sums.every((value) => value === sums[0]);
    const divides = k % s === 0;
    const grid = equal ? "no grid" : "a grid";
    control.k.nextElementSibling.textContent = k;
    control.s.nextElementSibling.textContent = s;
    readout.textContent = `Weights ${weights.join(", ")} with stride ${s}: the phase sums are `
      + `${s === 2 ? sums.join(" and ") : sums.join(", ")}, ${equal ? "equal, so" : "not equal, so"} ${grid}`
      + `${equal !== divides ? ", although" : ";"} ${k} ${divides ? "is" : "is not"} divisible by ${s}.`;
    readout.dataset.grid = String(!equal);
    canvas.setAttribute("aria-label", `The portrait enlarged ${s} times; ${grid} of lighter and darker pixels covers it.`);
    draw(weights, s);
  }

  control.k.value = control.k.defaultValue;
  control.s.value = control.s.defaultValue;
  control.kind.value = "equal";
  for (const one of Object.values(control)) one.addEventListener("input", show);
  for (const button of hero.querySelectorAll("[data-state]")) {
    button.addEventListener("click", () => {
      [control.kind.value, control.k.value, control.s.value] = button.dataset.state.split(" ");
      show();
    });
  }
  image.replaceWith(canvas);
  hero.querySelector(".moved").hidden = false;
  addEventListener("resize", show);
  show();
})();
