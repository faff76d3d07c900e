// The search page: looks words up in the index that the build wrote, section by section, without a server.
(() => {
  "use strict";
  const list = document.getElementById("search-results");
  const summary = document.getElementById("search-summary");
  const field = document.querySelector(".seek.big input");
  const root = document.documentElement.dataset.content_root || "./";
  const MOST = 40;   // results shown
  const AROUND = 90; // characters of an excerpt before and after the word
  const BACKSTAGE = /(mistakes|marking-runbook|instructors-guide|api|about)\.html$/; // found, but after the chapters

  const low = (text) => text.toLowerCase().normalize("NFKC");
  const words = (text) => low(text).replace(/[-_]/g, " ").match(/[\p{L}\p{N}]+/gu) || [];
  const spaced = (text) => ` ${words(text).join(" ")} `;
  const chinese = (text) => /\p{Script=Han}/u.test(text);

  function prepare(index) {
    return index.pages.flatMap((page) => page.sections.map(([heading, id, text, code], n) => ({
      page: page.title, url: root + page.url + (id && n ? `#${id}` : ""), heading: heading || page.title, text, first: n === 0,
      head: spaced(heading), body: spaced(text), code: spaced(code), weight: BACKSTAGE.test(page.url) ? 0.4 : 1,
    })));
  }

  /** All ways to write what was asked: itself, and the other words of its groups. */
  function ways(term, groups) {
    const key = words(term).join("");
    const same = groups.filter((group) => group.some((word) => words(word).join("") === key));
    return [...new Set([term, ...same.flat()].map((word) => words(word).join(" ")))].filter(Boolean);
  }

  /** How well one way of writing fits a section; 0 if it does not occur. */
  function fit(way, section) {
    const whole = chinese(way) ? way : ` ${way} `;
    const start = chinese(way) ? way : ` ${way}`;
    const count = section.body.split(whole).length - 1;
    if (section.head === whole || section.head.trim() === way) return 60;
    if (section.head.includes(whole)) return 40 + Math.min(count, 5);
    if (count) return 10 + 3 * Math.min(count, 6) + (section.first ? 2 : 0);
    if (section.head.includes(start)) return 9;
    if (section.code.includes(whole)) return 6;
    if (section.body.includes(start)) return 4;
    if (section.code.includes(start)) return 2;
    const joined = way.replaceAll(" ", "");
    return joined.length > 5 && section.body.replaceAll(" ", "").includes(joined) ? 1 : 0;
  }

  /** The terms of a question: phrases that a group knows stay together, all else is taken word by word. */
  function terms(question, groups) {
    const known = new Set(groups.flat().map((word) => words(word).join(" ")));
    const rest = words(question);
    const found = [];
    while (rest.length) {
      let size = Math.min(4, rest.length);
      while (size > 1 && !known.has(rest.slice(0, size).join(" "))) size -= 1;
      found.push(rest.splice(0, size).join(" "));
    }
    return found;
  }

  function look(question, sections, groups) {
    const asked = terms(question, groups).map((term) => ways(term, groups));
    const phrase = words(question).join(" ");
    const rated = [];
    for (const section of sections) {
      // What was typed counts in full, another word for it a little less.
      const fits = asked.map((options) => Math.max(...options.map((way, n) => fit(way, section) * (n ? 0.7 : 1))));
      if (fits.some((value) => value === 0)) continue;
      let score = fits.reduce((sum, value) => sum + value, 0) / fits.length;
      if (asked.length > 1 && section.head.includes(` ${phrase} `)) score += 40;
      else if (asked.length > 1 && section.body.includes(` ${phrase} `)) score += 15;
      const named = /[_.]/.test(question) && section.url.includes("/api.html"); // who types a name of the library means it
      rated.push({ section, score: score * (named ? 2 : section.weight) });
    }
    rated.sort((a, b) => b.score - a.score);
    return { rated, hits: asked.flat() };
  }

  /** The word of the book nearest to a misspelt one: at most two letters changed, added, left out. */
  function nearest(word, vocabulary) {
    let best = null;
    let least = word.length > 5 ? 3 : 2;
    for (const other of vocabulary) {
      if (Math.abs(other.length - word.length) >= least) continue;
      let row = Array.from({ length: other.length + 1 }, (_, n) => n);
      for (let i = 1; i <= word.length; i += 1) {
        const next = [i];
        for (let j = 1; j <= other.length; j += 1) {
          next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (word[i - 1] !== other[j - 1]));
        }
        row = next;
      }
      if (row[other.length] < least) { least = row[other.length]; best = other; }
    }
    return best;
  }

  /** A piece of the text round the first word that was found, with all such words marked. */
  function excerpt(text, hits) {
    const loose = (way) => way.replace(/[.*+?^${}()|[\]\\]/g, "\\$&").replaceAll(" ", "[\\s_-]*");
    const pattern = new RegExp(`(${hits.map((way) => (chinese(way) ? loose(way) : `(?<![\\p{L}\\p{N}])${loose(way)}`)).join("|")})`, "giu");
    const found = pattern.exec(text);
    const at = found ? found.index : 0;
    let from = Math.max(0, at - AROUND);
    let to = Math.min(text.length, at + AROUND * 1.6);
    if (from) from = text.indexOf(" ", from) + 1;
    if (to < text.length) to = Math.max(text.lastIndexOf(" ", to), at);
    const paragraph = document.createElement("p");
    paragraph.append(from ? "… " : "");
    text.slice(from, to).split(pattern).forEach((part, n) => {
      if (n % 2) paragraph.append(Object.assign(document.createElement("mark"), { textContent: part }));
      else paragraph.append(part);
    });
    paragraph.append(to < text.length ? " …" : "");
    return paragraph;
  }

  function show({ section }, hits) {
    const item = document.createElement("li");
    const link = Object.assign(document.createElement("a"), { href: section.url, textContent: section.heading });
    item.append(link);
    if (!section.first && section.heading !== section.page) {
      item.append(Object.assign(document.createElement("small"), { textContent: section.page }));
    }
    if (section.text) item.append(excerpt(section.text, hits));
    for (const part of [link, item.lastElementChild]) if (chinese(part.textContent)) markChinese(part);
    return item;
  }

  function markChinese(element) {
    const walker = document.createTreeWalker(element, NodeFilter.SHOW_TEXT);
    const texts = [];
    while (walker.nextNode()) texts.push(walker.currentNode);
    for (const text of texts) {
      const parts = text.data.split(/(\p{Script=Han}+)/u);
      if (parts.length > 1) {
        text.replaceWith(...parts.map((part, n) => (n % 2
          ? Object.assign(document.createElement("span"), { lang: "zh-Hans", textContent: part }) : part)));
      }
    }
  }

  function search(question) {
    list.replaceChildren();
    if (!words(question).length) { summary.textContent = "Type a word: a term, a function, a parameter of a layer."; return; }
    const { pages, synonyms } = window.courseIndex;
    const sections = prepare({ pages });
    let { rated, hits } = look(question, sections, synonyms);
    let note = "";
    if (!rated.length) {
      const vocabulary = new Set([...sections.flatMap((section) => words(section.heading + " " + section.text)), ...synonyms.flat().flatMap(words)]);
      const mended = words(question).map((word) => (vocabulary.has(word) ? word : nearest(word, vocabulary) || word)).join(" ");
      if (mended !== words(question).join(" ")) {
        ({ rated, hits } = look(mended, sections, synonyms));
        note = `Nothing is called “${question}” here. Shown instead: “${mended}”. `;
      }
    }
    const places = rated.length === 1 ? "1 place" : `${rated.length} places`;
    const first = rated.length > MOST ? `, of which the first ${MOST} follow` : "";
    summary.textContent = rated.length ? `${note}${places} in the book${first}.`
      : `Nothing was found for “${question}”. Try one word of it, or another name for the same thing.`;
    list.append(...rated.slice(0, MOST).map((one) => show(one, hits)));
  }

  const question = new URLSearchParams(location.search).get("q") || "";
  field.value = question;
  search(question);
  field.form.addEventListener("submit", (event) => {
    event.preventDefault();
    history.pushState(null, "", `?q=${encodeURIComponent(field.value)}`);
    search(field.value);
  });
  addEventListener("popstate", () => {
    field.value = new URLSearchParams(location.search).get("q") || "";
    search(field.value);
  });
})();
