// The browser starts no Python for a page that was opened as a file: there the link to it stays hidden.
if (location.protocol.startsWith("http"))
  for (const link of document.querySelectorAll(".solve-here")) link.hidden = false;
