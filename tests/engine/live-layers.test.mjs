/** The live figures of two roads, of input sizes and of stacked layers. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { parseImage } from "../../book/calculator/numbers.mjs";
import { overlapCount, phaseSums } from "../../book/engine/checkerboard.mjs";
import { outer } from "../../book/engine/convolution.mjs";
import { byPlacing } from "../../book/engine/faces.mjs";
import { convOutputSize, outputSize } from "../../book/engine/geometry.mjs";
import { list } from "../../book/engine/lists.mjs";
import { placeOf, shown } from "../../book/live/curve.mjs";
import { learning, PLACES, stepAt } from "../../book/live/learning.mjs";
import { roads, sliding } from "../../book/live/roads.mjs";
import { sizes } from "../../book/live/sizes.mjs";
import { meeting, stacked } from "../../book/live/stacked.mjs";
import { written } from "../../book/live/words.mjs";

const ROADS = { x: "1 2; 3 4", w: "1 2 3; 4 5 6; 7 8 9", stride: "2" };

test("both roads give every output, and a product has its number on each", () => {
  for (const changes of [{}, { stride: "4" }, { stride: "1", w: "2 0 -1 5" }, { x: "3", w: "7" }]) {
    const state = roads.read({ ...ROADS, ...changes });
    const { x, w, s, z, turned, y } = state;
    assert.deepEqual(y, byPlacing(x, w, { stride: s }));
    y.forEach((row, i) =>
      row.forEach((value, j) => {
        const terms = sliding(state, [i, j]);
        assert.equal(terms.reduce((sum, term) => sum + term.value * term.by, 0), value);
        const { sentence, marked } = roads.point(state, "y", [i, j]);
        assert.ok(sentence.endsWith(`= ${written(value)}.`), sentence);
        marked.x.forEach(([a, b], at) => {
          const [[c, d], [e, f], [g, h]] = [marked.w[at], marked.z[at], marked.t[at]];
          assert.equal(x[a][b], z[e][f]);
          assert.equal(w[c][d], turned[g][h]);
          assert.deepEqual([e - g, f - h], [i, j]); // it lies under this weight of the window
        });
      }),
    );
  }
});

test("two roads have their sentences and letters", () => {
  const state = roads.read(ROADS);
  assert.equal(
    roads.point(state, "y", [2, 2]).sentence,
    "y[2,2] by placing: 1·9 + 2·7 + 3·3 + 4·1 = 36. By sliding: 1·9 + 0·8 + 2·7 + 0·6 + 0·5 + " +
      "0·4 + 3·3 + 0·2 + 4·1 = 36.",
  );
  const gap = roads.point(roads.read({ ...ROADS, stride: "4" }), "y", [3, 0]);
  assert.match(gap.sentence, /^y\[3,0\] by placing: 0, no copy\. By sliding: 0·9 \+ .* = 0\.$/);
  assert.match(roads.say(state), /^5 × 5 outputs, the same on both roads: .* and 45 zeros\./);
  const pixel = roads.point(state, "x", [0, 1]);
  assert.deepEqual(pixel.blocks.y, [0, 2, 3, 3]);
  assert.deepEqual(roads.point(state, "z", [2, 4]), pixel);
  assert.match(roads.point(state, "z", [2, 3]).sentence, /^A zero between the pixels:/);
  assert.match(roads.point(state, "z", [1, 3]).sentence, /^A zero around the input:/);
  const weight = roads.point(state, "w", [0, 2]);
  assert.match(weight.sentence, /^w\[0,2\] = 3, in the turned kernel at \[2,0\]: .* 4 outputs, 2 /);
  assert.deepEqual(roads.point(state, "t", [2, 0]), weight);
  const [{ marks }, , , { marks: spread }] = roads.draw(state);
  assert.deepEqual(marks.flat().map(({ sign }) => sign), ["a", "b", "c", "d"]);
  assert.deepEqual(spread.flat().filter(Boolean), marks.flat());
  for (const [changes, message] of [
    [
      { x: "1 2 3 4 5 6; 1 2 3 4 5 6; 1 2 3 4 5 6" },
      "The input x may have 16 pixels at most here, got 3 × 6.",
    ],
    [
      { stride: "7" },
      "The input with its zeros may have 11 rows and columns at most to be drawn, got 12 × 12.",
    ],
  ]) {
    assert.throws(() => roads.read({ ...ROADS, ...changes }), { message });
  }
});

const sized = (out, k, s, p) => sizes.read({ out: `${out}`, k: `${k}`, s: `${s}`, p: `${p}` });

test("every size that is listed leads there and back, and no other does", () => {
  const layers = [[2, 3, 2, 1], [3, 4, 1, 0], [1, 2, 4, 1], [2, 2, 3, 0], [1, 1, 9, 2]];
  for (const [out, k, s, p] of layers) {
    const state = sized(out, k, s, p);
    for (let n = 1; n <= 30; n++) {
      const fits = n + 2 * p >= k && convOutputSize(n, k, s, p) === out;
      const op = state.sizes.find(([size]) => size === n)?.[1];
      assert.equal(op !== undefined, fits);
      if (op !== undefined) assert.equal(outputSize(out, k, s, p, 1, op), n);
    }
    const [table, { values, marks }] = sizes.draw(state);
    assert.deepEqual(table.values, state.sizes);
    values.forEach((bar, row) => {
      const [n, op] = state.sizes[row];
      assert.deepEqual([bar.length, Math.max(...bar)], [n + 2 * p, n]);
      const signs = marks[row].map((mark) => mark?.sign);
      assert.equal(signs.filter((sign) => sign === "▸").length, out);
      assert.deepEqual(signs.slice(bar.length - op), Array(op).fill("○"));
    });
  }
});

test("input sizes have their sentences", () => {
  assert.equal(
    sizes.say(sized(2, 3, 2, 1)),
    "k = 3, s = 2, p = 1: 2 input sizes, 3 and 4, give 2 outputs. Output padding 0 and 1 tells " +
      "them apart.",
  );
  assert.match(sizes.say(sized(3, 3, 1, 0)), /: only the input size 5 gives 3 outputs; /);
  const state = sized(2, 3, 2, 1);
  const size = sizes.point(state, "t", [1, 0]);
  assert.equal(
    size.sentence,
    "Down: ⌊(4 + 2·1 − 3)/2⌋ + 1 = 2 outputs. Up, with output padding 1: " +
      "(2 − 1)·2 − 2·1 + 3 + 1 = 4.",
  );
  assert.deepEqual(size.blocks, { t: [1, 0, 1, 2], b: [1, 0, 1, 6] });
  const both = sizes.point(state, "b", [0, 2]);
  assert.equal(both.sentence, "n = 3: input 2 of 3 is read for outputs 0, 1.");
  assert.deepEqual(both.marked.b, [[0, 0], [0, 2]]);
  const zero = sizes.point(state, "b", [1, 0]);
  assert.equal(zero.sentence, "n = 4: a zero of the padding is read for output 0.");
  assert.match(sizes.point(state, "b", [1, 5]).sentence, /read by no window; 1 place is left over/);
  const skipped = sizes.point(sized(2, 2, 3, 0), "b", [0, 2]);
  assert.equal(
    skipped.sentence,
    "n = 5: input 3 of 5 is skipped, for the stride is longer than the kernel.",
  );
  for (const [numbers, key, message] of [
    [[9, 3, 3, 0], "out", /at most to be drawn, got 29\.$/],
    [[1, 1, 2, 9], "p", /^The padding must leave an input: .* got 9 zeros at either end\.$/],
  ]) {
    assert.throws(() => sized(...numbers), { key, message });
  }
});

const layers = (kernels, strides, n = "4", axes = "line") =>
  stacked.read({ kernels, strides, n, axes });

test("every number of every layer is the sum that is said, and the interior repeats", () => {
  for (const [kernels, strides, n] of [
    ["1 1 1; 1 1 1", "2 2", "4"],
    ["k=3; k=2; k=3", "2 2 2", "2"],
    ["1 2 1; 1 -1", "2 3", "4"],
    ["1", "4", "3"],
    ["2 5 3", "1", "6"],
  ]) {
    const state = layers(kernels, strides, n);
    const [, { values: pattern }, { values, framed }] = stacked.draw(state);
    values.slice(1).forEach((outputs, above) =>
      outputs.forEach((value, j) => {
        const terms = meeting(state, above + 1, j);
        assert.equal(terms.reduce((sum, term) => sum + term.value * term.by, 0), value);
        for (const { input, weight, value: at, by } of terms) {
          assert.equal(values[input[0]][input[1]], at);
          assert.equal(state.kernels[weight[0]][weight[1]], by);
        }
      }),
    );
    const last = values.at(-1);
    const [start, stop] = framed ? [framed[1], framed[1] + framed[3]] : [0, 0];
    for (let j = start; j < stop; j++) assert.equal(last[j], pattern[0][j % state.all]);
  }
  assert.deepEqual(layers("1 1 1; 1 1 1", "2 2").pattern, [3, 2, 3, 1]); // the chapter's
  assert.deepEqual(layers("k=3", "2").lines[1], overlapCount(4, 3, 2));
});

test("one kernel of all layers has the pattern that is shown", () => {
  for (const [first, second, strides] of [["1 1 1", "1 1 1", [2, 2]], ["1 2 5", "3 1", [3, 2]]]) {
    const [a, b] = [first, second].map((text) => parseImage(text, "w", "w"));
    const whole = byPlacing(a, b, { stride: [1, strides[1]] });
    const all = strides[0] * strides[1];
    const { pattern } = layers(`${first}\n${second}`, strides.join(" "), "1");
    assert.deepEqual(pattern, phaseSums(whole, [1, all])[0]);
  }
});

test("stacked layers have their sentences", () => {
  const state = layers("1 1 1; 1 1 1", "2 2");
  assert.equal(
    stacked.say(state),
    "Phase sums of layer 1: 2, 1 ✗ not balanced; layer 2: 2, 1 ✗ not balanced; together, stride " +
      "4: 3, 2, 3, 1 ✗ not balanced.",
  );
  assert.match(stacked.say(layers("1 1; 1 2 1", "2 2")), /together, stride 4: 2, 2, 2, 2 ✓ balanced/);
  assert.match(stacked.say(layers("1 1", "2")), /^Phase sums of layer 1: 1, 1 ✓ balanced\.$/);
  const output = stacked.point(state, "y", [2, 4]);
  assert.equal(
    output.sentence,
    "Layer 2, output 4: 1·1 + 2·1 = 3. Interior: 4 leaves the remainder 0 when divided by 4.",
  );
  assert.deepEqual(output.marked, { y: [[1, 1], [1, 2]], w: [[1, 2], [1, 0]], p: [[0, 0]] });
  assert.match(stacked.point(state, "y", [2, 0]).sentence, /^Layer 2, output 0: 1·1 = 1\. Border\.$/);
  const gap = stacked.point(layers("1", "4"), "y", [1, 2]);
  assert.match(gap.sentence, /^Layer 1, output 2: 0, a gap\. Interior:/);
  assert.deepEqual(stacked.point(state, "y", [0, 1]).blocks, { w: [0, 0, 1, 3], y: [1, 2, 1, 3] });
  const weight = stacked.point(state, "w", [1, 2]);
  assert.equal(weight.sentence, "Weight 2 of layer 2 is 1: it is in 9 outputs, 2 places apart.");
  assert.deepEqual(weight.marked.y.at(-1), [2, 18]);
  const inside = stacked.point(state, "p", [0, 3]);
  assert.match(inside.sentence, /remainder 3 when divided by 4 is 1; here on 3, 7, 11, 15\.$/);
  assert.match(stacked.point(layers("1 1 1", "2", "1"), "p", [0, 0]).sentence, /here none lies/);
  for (const [typed, key, message] of [
    [["1; 1; 1; 1", "1 1 1 1"], "kernels", "There may be 1 to 3 kernels, one a line, got 4."],
    [["1 1; 1", "2"], "strides", "There must be as many strides as kernels, got 1 and 2."],
    [["1", "0"], "strides", "A stride must be a whole number from 1 to 9, got “0”."],
    [["k=0", "1"], "kernels", "The kernel size k must be a whole number from 1 to 9, got “0”."],
    [
      ["1 0.5", "1"],
      "kernels",
      "A kernel here must be one line of whole numbers from −9 to 9, got “1 0.5”.",
    ],
    [
      ["1; 1", "9 9", "1"],
      "strides",
      "The product of the strides may be 27 at most to be drawn, got 81.",
    ],
    [
      ["1 1 1; 1 1 1", "3 3"],
      "n",
      "The last layer may have 27 outputs at most to be drawn, got 36.",
    ],
  ]) {
    assert.throws(() => layers(...typed), { key, message });
  }
});

test("a weight of stacked layers is changed where it was chosen, and nothing else", () => {
  const state = layers("k=3; 1 2", "2 2", "3");
  const at = { panel: "w", cell: [0, 2] };
  const typed = stacked.acts.more(state, at).kernels;
  assert.deepEqual(layers(typed, "2 2").kernels, [[1, 1, 2], [1, 2]]);
  assert.equal(stacked.acts.again(state, at).kernels, typed);
  const less = stacked.acts.less(layers("1; 0", "2 2"), { panel: "w", cell: [1, 0] });
  assert.deepEqual(less, { kernels: "1\n-1" });
  const plane = layers("1 1", "2", "3", "plane");
  assert.deepEqual(stacked.acts.more(plane, { panel: "w", cell: [0, 1] }), { kernels: "1 2" });
  assert.throws(() => stacked.acts.more(state, { panel: "y", cell: [0, 0] }), {
    key: "kernels",
    message: /^Choose a weight/,
  });
});

test("in the plane stacked layers are what the engine makes of outer products", () => {
  const state = layers("1 2 1; 1 1 -1", "2 2", "3", "plane");
  const [, { values: pattern }, { values, framed }] = stacked.draw(state);
  let expected = outer([1, 1, 1], [1, 1, 1]);
  for (const kernel of state.kernels) {
    expected = byPlacing(expected, outer(kernel, kernel), { stride: 2 });
  }
  assert.equal(values.length, expected.length);
  values.forEach((row, i) => row.forEach((value, j) => assert.ok(value === expected[i][j])));
  const [start, , size] = framed;
  for (let i = start; i < start + size; i++) {
    for (let j = start; j < start + size; j++) assert.ok(values[i][j] === pattern[i % 4][j % 4]);
  }
  const chapter = layers("k=3; k=3", "2 2", "4", "plane");
  assert.match(stacked.say(chapter), / In the plane they multiply: 1, 2, 3, 4, 6, 9\.$/);
  const inside = stacked.point(chapter, "y", [4, 5]);
  assert.match(inside.sentence, /^y\[4,5\] = 3 × 2 = 6: along the rows .*\. Interior\.$/);
  assert.deepEqual(inside.marked, { p: [[0, 1]] });
  assert.match(stacked.point(chapter, "y", [0, 5]).sentence, /Border\.$/);
  const { sentence, marked } = stacked.point(chapter, "p", [3, 0]);
  assert.match(sentence, /row with the remainder 3 and a column with 0, divided by 4, make 1 × 3 = 3/);
  assert.equal(marked.y.length, 4 * 3);
  for (const [i, j] of marked.y) assert.deepEqual([i % 4, j % 4], [3, 0]);
  assert.match(stacked.point(chapter, "w", [1, 2]).sentence, /^Weight 2 of layer 2 is 1 along/);
  assert.throws(() => layers("k=3; k=3", "2 2", "5", "plane"), { key: "n", message: /have 19 / });
});

// One pixel, 1: the error of every weight becomes 1 − rate of it at each step.
const ALONE = {
  pictures: {
    photograph: {
      lags: [[0, 0, 0], [0, 1, 0], [0, 0, 0]],
      sizes: {
        3: { towards: [[1, 2, 1], [2, 4, 2], [1, 2, 1]], energy: 18 },
        4: { towards: list(4, () => [1, 0, 0, 2]), energy: 10 },
      },
    },
  },
  random: { 3: [[3, 0, 0], [0, 0, 0], [0, 0, 0]] },
};
const learned = (changes) =>
  learning.read({
    problem: JSON.stringify(ALONE),
    picture: "photograph",
    k: "3",
    init: "zero",
    rate: "0.1",
    steps: "20",
    shown: "40",
    ...changes,
  });

test("the loss falls as the sums say, and the kernel comes near its target", () => {
  const { losses, grids, step, phased } = learned({});
  assert.equal(losses.length, 21);
  losses.forEach((loss, at) => assert.ok(Math.abs(loss - 18 * 0.81 ** at) < 1e-9));
  assert.equal(step, 20);
  assert.deepEqual(phased.w[1], [2, 4, 2].map((t) => Math.round(100 * t * (1 - 0.9 ** 20)) / 100));
  assert.equal(grids[0], 0);
  assert.deepEqual(learned({ init: "random", shown: "0" }).phased.w, ALONE.random[3]);
  assert.deepEqual(learned({ k: "4", init: "equal", shown: "0" }).phased.w[0], Array(4).fill(0.25));
  for (const k of ["3", "4"]) {
    const { grids: even } = learned({ k, init: "balanced", steps: "1" });
    assert.ok(even[0] < 1e-12);
  }
  const [w, sums, wall, loss, grid] = learning.draw(learned({ init: "random", shown: "0" }));
  assert.deepEqual([w.name, sums.name, wall.name], ["w", "sums", "wall"]);
  assert.equal(loss.heading, "Loss 19.5");
  assert.deepEqual([loss.curve.at, grid.curve.unit], [0, " %"]);
});

test("learning says where it stands, and why it fails", () => {
  assert.equal(
    learning.say(learned({})),
    "After 20 of 20 steps: loss 0.266, at the start 18; unevenness 0 %.",
  );
  const large = learned({ rate: "10" });
  assert.match(
    learning.say(large),
    / The rate is too large: along one direction .* makes it 9 times as large; below 2\.00 it /,
  );
  assert.match(learning.say(large), / Stopped after step 2\.$/);
  assert.ok(large.losses.length < 5);
  assert.match(learning.point(learned({}), "w", [0, 0]).sentence, /^w\[0,0\] = .* Phase a: /);
  for (const steps of ["0", "1001", "many"]) {
    assert.throws(() => learned({ steps }), { key: "steps", message: /whole number from 1 to 1000/ });
  }
});

test("the slider stands under the step that it shows", () => {
  for (const last of [1, 7, 300]) {
    assert.deepEqual([stepAt(0, last), stepAt(PLACES, last)], [0, last]);
    for (let place = 0; place <= PLACES; place++) {
      const step = stepAt(place, last);
      assert.ok(last < 100 || place < 20 || Math.abs(placeOf(step, last) - place / PLACES) < 0.02);
    }
  }
  const texts = [1639.39, 0.0123, 4.31e12, Infinity].map(shown);
  assert.deepEqual(texts, ["1640", "0.012", "4.3·10¹²", "∞"]);
});
