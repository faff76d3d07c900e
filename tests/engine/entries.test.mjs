/** What is pasted into a field of the calculator: pairs, and lines of five libraries. */

import assert from "node:assert/strict";
import { test } from "node:test";

import { readEntry } from "../../book/calculator/entries.mjs";
import { readLayer } from "../../book/calculator/fields.mjs";
import { snippets } from "../../book/calculator/snippets.mjs";
import { kerasCuts, sizeOf, tensorflowCuts } from "../../book/engine/conventions.mjs";

const COLUMNS = { n1: "", k1: "", s1: "", d1: "", p1: "", e1: "", o1: "" };
const ROWS = { n: "4", k: "3", s: "2", d: "1", p: "1", e: "", o: "1" };
const CHAIN = { "c2-k": "3", "c2-s": "2", "c2-p": "1", "c2-o": "1", "c2-d": "1" };
const HELD = { axes: "2", border: "numbers", kernel: "tent", w: "", ...ROWS, ...COLUMNS, ...CHAIN };

const read = (text, key = "n", held = {}) => readEntry(key, text, { ...HELD, ...held });
/** The layer that stands in the fields after a text was pasted. */
const layer = (text, held = {}) => {
  const values = { ...HELD, ...held };
  return readLayer({ ...values, ...read(text, "n", held).changes }, [null, null]);
};
const numbersOf = ({ k, s, d, start, end }) => [k, s, d, start, end];

test("two numbers in many spellings are rows and columns", () => {
  for (const text of ["(4, 6)", "[4,6]", "4x6", "4 × 6", "4, 6", "4 6", "４×６", " {4, 6} ", "4*6"]) {
    const { changes, said } = read(text, "k1");
    assert.deepEqual(changes, { axes: "2", k: "4", k1: "6" }, text);
    assert.equal(said, "Read as 4 for rows and 6 for columns.");
  }
  assert.deepEqual(read("(4, 4)", "k").changes, { axes: "2", k: "4", k1: "" });
  assert.deepEqual(read("16×12", "sizes-m").changes, {
    axes: "2",
    "sizes-m": "16",
    "sizes-m1": "12",
  });
  assert.deepEqual(read("(4,)", "k1").changes, { k1: "4" });
  assert.deepEqual(read("(3, 3)", "c2-k").changes, { "c2-k": "3" });
  const pads = { axes: "2", border: "numbers", p: "1", p1: "2", e: "3", e1: "4" };
  assert.deepEqual(read("[1, 2, 3, 4]", "p").changes, pads);
  assert.deepEqual(read("((1, 3), (2, 4))", "e1").changes, pads);
});

test("what is no entry of this kind is left to its field", () => {
  /** @type {Record<string, string[]>} */
  const texts = {
    n: [" 12 ", "", "10 000", "x = 3", "print(stride)"],
    k: ["4", "four", "4.5, 2", "(1, 2, 3)"],
    s: ["<b>"],
    seed: ["(2, 4)"],
    w: ["1 2 1", "tensor([[1, 2], [3, 4]])"],
    "c2-k": ["(3, 5)"],
    "c2-w": ["k=3"],
  };
  for (const [key, all] of Object.entries(texts)) {
    for (const text of all) assert.equal(read(text, key), null, text);
  }
});

test("a line of a library fills the fields, whatever field it is pasted into", () => {
  for (const [text, expected] of [
    ["nn.ConvTranspose2d(64, 32, kernel_size=4, stride=2, padding=1)", [4, 2, 1, 1, 1]],
    ["self.up = torch.nn.ConvTranspose2d(64, 32, 3, 2, 1, 1, bias=False),", [3, 2, 1, 1, 0]],
    ["  (up): ConvTranspose2d(8, 8, kernel_size=(4, 4), stride=(2, 2))", [4, 2, 1, 0, 0]],
    ["nn.ConvTranspose2d(8, 8, 3, 1, 2, 0, 1, True, 2)", [3, 1, 2, 2, 2]],
    ["F.conv_transpose2d(x, w, stride=3, padding=1, output_padding=2)", [3, 3, 1, 1, -1]],
    ["x = Conv2DTranspose(32, 3, strides=2, padding='same')(x)", [3, 2, 1, 0, 1]],
    ['keras.layers.Conv2DTranspose(\n    32,\n    (5, 5),  # as in the paper\n    2)', [5, 2, 1, 0, 0]],
    ["lax.conv_transpose(x, w, (2, 2), 'SAME')", [3, 2, 1, 0, 1]],
    ["jax.lax.conv_transpose(x, w, strides=(2, 2), padding=[(1, 2), (1, 2)])", [3, 2, 1, 1, 0]],
    ["nn.ConvTranspose(features=3, kernel_size=(4, 4), strides=(2, 2))", [4, 2, 1, 1, 1]],
    [
      'helper.make_node("ConvTranspose", ["x", "w"], ["y"], kernel_shape=[4, 4], strides=[2, 2], ' +
        'pads=[0, 0, 1, 1], auto_pad="NOTSET")',
      [4, 2, 1, 0, 1],
    ],
    [
      'make_node("ConvTranspose", ["x"], ["y"], auto_pad="SAME_LOWER", kernel_shape=[3, 3], ' +
        "strides=[2, 2])",
      [3, 2, 1, 1, 0],
    ],
    ["kernel_size=4, stride=2", [4, 2, 1, 1, 0]],
    ["padding=0", [3, 2, 1, 0, 0]],
    ["nn.PixelShuffle(3)", [3, 3, 1, 0, 0]],
    ["tf.nn.depth_to_space(x, 2)", [2, 2, 1, 0, 0]],
    ['make_node("DepthToSpace", ["x"], ["y"], blocksize=2)', [2, 2, 1, 0, 0]],
  ]) {
    const held = text === "padding=0" ? { o: "0" } : {};
    assert.deepEqual(layer(text, held).map(numbersOf), [expected, expected], text);
    assert.deepEqual(read(text, "w", held), text.includes("(") ? read(text, "n", held) : null);
  }
});

test("axes follow the name, and differ where the numbers do", () => {
  assert.equal(layer("nn.ConvTranspose1d(1, 1, 4, 2)").length, 1);
  const [rows, columns] = layer("Conv2DTranspose(1, (3, 5), strides=(2, 1))");
  assert.deepEqual([numbersOf(rows), numbersOf(columns)], [[3, 2, 1, 0, 0], [5, 1, 1, 0, 0]]);
  assert.match(read("nn.ConvTranspose3d(1, 1, 4)").said, / Of its three axes the first two are /);
  assert.equal(layer("lax.conv_transpose(x, w, (2,), 'SAME')", { axes: "1" }).length, 1);
});

test("what was read, what was not used and what was not understood is said", () => {
  assert.equal(
    read("nn.ConvTranspose2d(64, 32, kernel_size=4, stride=(2, 1), padding=pad)").said,
    "Read as a layer of PyTorch: k = 4, s = 2 × 1, d = 1. Not used: 64, 32. Not understood: " +
      "padding=pad.",
  );
  assert.equal(
    read('Conv2DTranspose(32, 3, strides=2, padding="same", activation="relu")').said,
    "Read as a layer of Keras: k = 3, s = 2, d = 1, the border as same. Not used: 32, " +
      'activation="relu".',
  );
  assert.match(read("F.conv_transpose2d(x, w)").said, / It does not say its kernel size, which /);
  assert.equal(read("stride=2, colour=red").said, "Read: s = 2. Not used: colour=red.");
  // Not understood is not changed.
  const { changes } = read("nn.ConvTranspose2d(64, 32, k, 2)");
  assert.ok(!("k" in changes) && !("kernel" in changes) && changes.s === "2");
  assert.match(read("Conv2DTranspose(1, 3, 2, 'same', output_padding=2)").said, /output_padding=2\.$/);
});

test("a line in the chain is that layer of the chain", () => {
  const there = (text) => read(text, "c2-s");
  assert.deepEqual(there("ConvTranspose2d(1, 1, 4, 2, 1)").changes, {
    "c2-k": "4",
    "c2-s": "2",
    "c2-d": "1",
    "c2-p": "1",
    "c2-o": "0",
  });
  const same = there("Conv2DTranspose(1, 3, 2, 'same')");
  assert.deepEqual(same.changes, { "c2-k": "3", "c2-s": "2", "c2-d": "1" });
  assert.match(same.said, /cuts both ends alike, so its padding stays/);
  assert.match(there("Conv2DTranspose(1, (3, 5), 2)").said, /The chain takes the rows\./);
  const bad = there("ConvTranspose2d(1, 1, 4, 2, 1, 7)");
  assert.equal(bad.changes["c2-o"], "7"); // the chain says what is wrong with it
  const sizes = read("ConvTranspose2d(1, 1, 4, 2, 1)", "sizes-k").changes;
  assert.deepEqual([sizes["sizes-k"], sizes.k, sizes.p], ["4", "4", "1"]);
});

test("the code that the page writes is read back as the layer that it was written for", () => {
  let checked = 0;
  for (const k of [1, 2, 3, 5]) {
    for (const s of [1, 2, 3]) {
      for (const d of k > 1 ? [1, 2] : [1]) {
        for (const [start, end] of [[0, 0], [1, 1], [1, 0], [0, 1], [0, -1], [2, 1], [-1, 0]]) {
          const axis = { n: 6, k, s, d, start, end };
          if (sizeOf(axis) < 1) continue;
          for (const axes of [[axis], [axis, axis]]) {
            for (const { library, why, code } of snippets(axes)) {
              if (why || !code) continue;
              const held = { axes: `${axes.length}`, n: "6", k: `${k}` };
              assert.deepEqual(layer(code, held), axes, `${library}\n${code}`);
              checked += 1;
            }
          }
        }
      }
    }
  }
  assert.ok(checked > 500, `${checked}`);
});

test("what no field can say is cut as the library does", () => {
  const keras = layer("Conv2DTranspose(1, 5, 3, 'same', output_padding=1)");
  const axis = { n: 4, k: 5, s: 3, d: 1 };
  assert.deepEqual([keras[0].start, keras[0].end], kerasCuts("same", axis, 1));
  const text = "tf.nn.conv2d_transpose(x, w, [1, 7, 7, 8], [1, 2, 2, 1], 'SAME')";
  const tensorflow = layer(text);
  assert.deepEqual(
    [tensorflow[0].start, tensorflow[0].end],
    tensorflowCuts("same", { n: 4, k: 3, s: 2, d: 1 }, 7),
  );
  assert.equal(sizeOf(tensorflow[0]), 7);
  assert.match(
    read("tf.nn.conv2d_transpose(x, w, [1, 9, 9, 8], 2, 'SAME')").said,
    / Not understood: padding='SAME', output_shape=\[1, 9, 9, 8\]\.$/,
  );
});
