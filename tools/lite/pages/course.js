// What JupyterLite does not say: where the work is kept, and what to do when Python has stopped.
"use strict";

(() => {
  const KEPT =
    "Your work is kept in this browser, on this computer, and nowhere else. Handing in is separate: " +
    "File → Download, and hand that file in where your course collects it.";
  const STOPPED =
    "Python has stopped: it may have run out of memory. Your text is not lost. Choose Restart " +
    "Kernel in the menu Kernel, and run the cells again from the top.";
  const START = "../notebooks/index.html?path=start-here.ipynb";
  const HIDDEN = "transposed-convolution: where the work is kept, was read";

  // oxlint-disable-next-line consistent-function-scoping -- nothing of this script is to be global
  const bar = (text, role, closed) => {
    const line = document.createElement("aside");
    line.className = "course-line";
    line.setAttribute("role", role);
    const words = document.createElement("p");
    words.textContent = text;
    const close = document.createElement("button");
    close.type = "button";
    close.textContent = "Close";
    close.addEventListener("click", () => {
      line.remove();
      closed();
    });
    line.append(words, close);
    document.body.append(line);
    return words;
  };

  const sayWhereItIsKept = () => {
    const how = document.createElement("a");
    how.href = START;
    how.textContent = "How this works";
    bar(KEPT, "note", remember).append(" ", how);
  };

  const remembered = () => {
    try {
      return localStorage.getItem(HIDDEN) !== null;
    } catch {
      return false; // the browser keeps nothing for this site
    }
  };

  const remember = () => {
    try {
      localStorage.setItem(HIDDEN, "yes");
    } catch {
      // said again next time
    }
  };

  let told = false;
  const stopped = () => {
    if (!told) {
      told = true;
      bar(STOPPED, "alert", () => {
        told = false;
      });
    }
  };

  // The kernel is a worker. JupyterLite writes what ends it into a log that nobody has open.
  const Plain = window.Worker;
  window.Worker = class extends Plain {
    constructor(...given) {
      super(...given);
      this.addEventListener("error", stopped);
      this.addEventListener("message", ({ data }) => {
        // oxlint-disable-next-line no-underscore-dangle -- JupyterLite's kernel calls it so
        const said = data?._logMessage;
        if (said?.level === "critical" && String(said.data).startsWith("Pyodide has")) stopped();
      });
    }
  };

  // A kernel that does not even start.
  window.addEventListener("unhandledrejection", ({ reason }) => {
    if (/pyodide|python3/i.test(String(reason?.message ?? reason))) stopped();
  });

  document.addEventListener("DOMContentLoaded", () => {
    if (!remembered()) sayWhereItIsKept();
  });
})();
