/** Small helps for writing into the page; text stays text. */

/**
 * An element with attributes and children.
 * @template {keyof HTMLElementTagNameMap} K
 * @param {K} name
 * @param {Readonly<Record<string, string>>} attributes
 * @param {readonly (Node | string)[]} [children]
 * @returns {HTMLElementTagNameMap[K]}
 */
export function element(name, attributes, children = []) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

/**
 * The element of the page with this id, which the page must have.
 * @param {string} id
 * @returns {HTMLElement}
 */
export function byId(id) {
  const found = document.getElementById(id);
  if (!found) throw new Error(`the page has no element ${id}`);
  return found;
}

/**
 * A table with a caption and headings; the first cell of a row is its heading.
 * @param {string} caption
 * @param {readonly (Node | string)[]} headings
 * @param {readonly (readonly (Node | string)[])[]} rows
 */
export function table(caption, headings, rows) {
  return element("table", {}, [
    element("caption", {}, [caption]),
    element("thead", {}, [
      element("tr", {}, headings.map((text) => element("th", { scope: "col" }, [text]))),
    ]),
    element(
      "tbody",
      {},
      rows.map(([first, ...others]) =>
        element("tr", {}, [
          element("th", { scope: "row" }, [first]),
          ...others.map((cell) => element("td", {}, [cell])),
        ]),
      ),
    ),
  ]);
}

/**
 * Put a text into the clipboard; whether that was possible.
 * @param {string} text
 * @returns {Promise<boolean>}
 */
export async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Not allowed here, or an old browser: by a selection, as pages did before.
    const area = element("textarea", { style: "position: fixed; top: 0; opacity: 0" });
    area.value = text;
    document.body.append(area);
    area.select();
    const done = document.execCommand("copy");
    area.remove();
    return done;
  }
}
