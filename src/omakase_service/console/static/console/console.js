"use strict";
// The pages work without this file: it keeps parts of them up to date, shows a preview while
// somebody types, asks before what cannot be undone, and folds the menu on a telephone.

const parse = async (answer) => new DOMParser().parseFromString(await answer.text(), "text/html");

function swap(id, fresh) {
  const old = document.getElementById(id), next = fresh.getElementById(id);
  if (!old || !next || old.innerHTML === next.innerHTML) return;
  if (old.contains(document.activeElement)) return;
  old.replaceWith(next);
}

// Parts with data-live="seconds" and an id are renewed while the page is looked at: when the server
// says over the WebSocket that something changed, and every minute for "5 min ago"; by asking every
// so many seconds only where there is no line.
let stamp, line, tries = 0, asked = 0;
const parts = () => [...document.querySelectorAll("[data-live][id]")];

async function renew() {
  asked = Date.now();
  try {
    const answer = await fetch(location.href, { headers: { "X-Requested-With": "console" } });
    if (!answer.ok || answer.redirected) return;
    const fresh = await parse(answer);
    parts().forEach((each) => swap(each.id, fresh));
  } catch { /* the next time it may answer again */ }
}

function tick() {
  const seconds = Math.min(60, ...parts().map((each) => Number(each.dataset.live)));
  const due = line?.readyState === WebSocket.OPEN ? 60 : seconds;
  if (parts().length && !document.hidden && Date.now() - asked >= 1000 * due) renew();
}

function show(figures) {
  const words = new Intl.NumberFormat("en-US");
  for (const each of document.querySelectorAll("[data-figure]")) {
    const value = figures[each.dataset.figure];
    each.textContent = value == null ? "–" : words.format(value);
  }
  document.querySelectorAll("[data-line]").forEach((each) => { each.hidden = false; });
  if (stamp !== undefined && stamp !== figures.stamp) renew();
  stamp = figures.stamp;
}

function listen() {
  if (document.hidden || line || !document.querySelector("[data-live], [data-figure]")) return;
  line = new WebSocket(`${location.origin.replace(/^http/, "ws")}/ws/console/`);
  line.onmessage = (message) => { tries = 0; show(JSON.parse(message.data)); };
  line.onclose = (event) => {
    line = undefined;
    document.querySelectorAll("[data-line]").forEach((each) => { each.hidden = true; });
    if (event.code !== 4401) setTimeout(listen, Math.min(60, 2 ** tries++) * 1000);
  };
}
document.addEventListener("visibilitychange", () => {
  if (document.hidden) { line?.close(); return; }
  listen();
  tick();
});

// A form with data-preview="id" and a button named "do" of value "preview": its part is renewed
// a moment after somebody changed a field.
function previews(form) {
  const button = form.querySelector("button[name=do][value=preview]");
  let timer = 0, number = 0;
  const ask = async () => {
    const mine = ++number, body = new FormData(form);
    body.set("do", "preview");
    const part = document.getElementById(form.dataset.preview);
    part?.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(form.action || location.href, { method: "POST", body });
      const fresh = await parse(answer);
      if (mine === number) swap(form.dataset.preview, fresh);
    } finally {
      document.getElementById(form.dataset.preview)?.removeAttribute("aria-busy");
    }
  };
  form.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 500); });
  button?.addEventListener("click", (event) => { event.preventDefault(); clearTimeout(timer); ask(); });
}

document.addEventListener("submit", (event) => {
  const words = event.submitter?.dataset.confirm || event.target.dataset.confirm;
  if (words && !confirm(words)) event.preventDefault();
});
document.addEventListener("input", (event) => {
  const shown = event.target.dataset?.shown && document.getElementById(event.target.dataset.shown);
  if (shown) shown.textContent = event.target.value;
});
const narrow = matchMedia("(max-width: 860px)");
const fold = () => document.querySelector(".menu")?.toggleAttribute("open", !narrow.matches);
narrow.addEventListener("change", fold);
fold();
document.querySelectorAll("form[data-preview]").forEach(previews);
asked = Date.now();
setInterval(tick, 1000);
listen();
