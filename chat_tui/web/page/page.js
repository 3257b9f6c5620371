/* What the page adds to textual.js, which starts when the page is loaded: where its WebSocket is, the font before the
   terminal measures it, and that nothing is opened but what the workbench asked for after its own question. */
"use strict";

const terminal = document.getElementById("terminal");
const socket = new URL("ws", window.location.href);
socket.protocol = socket.protocol === "https:" ? "wss:" : "ws:";
terminal.dataset.sessionWebsocketUrl = socket.href;

const size = Number(new URLSearchParams(window.location.search).get("fontsize"));
if (size >= 6 && size <= 60) terminal.dataset.fontSize = String(size);

const start = window.onload;
window.onload = (event) => {
  const fonts = ["16px", "bold 16px", "italic 16px"].map((style) => document.fonts.load(`${style} "Roboto Mono"`));
  Promise.allSettled(fonts).then(() => start(event));
};

/* A click on an address in the terminal calls this without one: it is the workbench that shows it whole and asks. */
const open = window.open.bind(window);
const blocked = document.getElementById("blocked");
window.open = (address) => {
  if (!/^https?:\/\//i.test(String(address ?? ""))) return null;
  const opened = open("about:blank", "_blank");
  if (opened) {
    opened.opener = null;
    opened.location.href = address;
  } else {
    const link = blocked.querySelector("a");
    link.href = link.textContent = address;
    blocked.hidden = false;
  }
  return null;
};
for (const part of blocked.querySelectorAll("a, button")) part.addEventListener("click", () => (blocked.hidden = true));

document.querySelector("#ended button").addEventListener("click", () => window.location.reload());

/* ctrl+w belongs to the browser: it asks before it takes a workbench with it. */
window.addEventListener("beforeunload", (event) => {
  if (document.body.classList.contains("-first-byte") && !document.body.classList.contains("-closed")) {
    event.preventDefault();
  }
});

new MutationObserver((_, observer) => {
  if (document.body.classList.contains("-first-byte")) {
    observer.disconnect();
    document.querySelector(".xterm-helper-textarea")?.focus();
  }
}).observe(document.body, { attributeFilter: ["class"] });
