// The live side of the page: what people do goes out, what has changed comes in.
"use strict";

const page = JSON.parse(document.getElementById("page").textContent);
const words = page.words;
const list = document.getElementById("list");
const because = document.getElementById("because");
const past = document.getElementById("past");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

let line = null;
let seq = 0;
let tries = 0;
let token = page.token;
const waiting = []; // messages for a line that is not there; each event has an id, so twice is once
const titles = new Map(); // of what was clicked, for the words that name it

// ---- words ----------------------------------------------------------------

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
const quoted = (title) => `“${title}”`;

let hiding = 0;
function say(text) {
  const toast = document.getElementById("toast");
  toast.textContent = text;
  toast.classList.add("shown");
  clearTimeout(hiding);
  hiding = setTimeout(() => toast.classList.remove("shown"), 4000);
}

function show(state) {
  const status = document.getElementById("status");
  status.dataset.state = state;
  status.lastElementChild.textContent = words[state];
}

// ---- the line -------------------------------------------------------------

function connect() {
  show(tries ? "offline" : "connecting");
  const place = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}`;
  line = new WebSocket(`${place}/ws/recommendations/?resume=1`, ["omakase", `bearer.${token}`]);
  line.onmessage = (message) => hear(JSON.parse(message.data));
  line.onclose = (closed) => comeBack(closed.code);
}

async function comeBack(code) {
  show("offline");
  const pause = Math.min(10000, 300 * 2 ** tries) * (0.5 + Math.random() / 2);
  tries += 1;
  await new Promise((done) => setTimeout(done, pause));
  if (code === 4401) await renew();
  connect();
}

async function renew() {
  try {
    const answer = await fetch("/token");
    if (answer.ok) token = (await answer.json()).token;
  } catch { /* no line at all: the next try will tell */ }
}

function send(message) {
  if (line && line.readyState === WebSocket.OPEN && tries === 0) {
    line.send(JSON.stringify(message));
    return true;
  }
  waiting.push(message);
  return false;
}

const HEARD = {
  connection_established() {
    tries = 0;
    show("live");
    const items = [...list.children].map((card) => card.dataset.item);
    send({ type: "subscribe", n: page.n, language: page.language, seq, items });
    while (waiting.length) send(waiting.shift());
  },
  initial_recommendations: (told) => { seq = told.seq; },
  recommendations_updated: (told) => change(told),
  similar_products: (told) => renderBecause(told),
  interaction_recorded: () => {},
  error(told) {
    if (told.code !== "unauthorized") say(filled(words.refused, { title: told.title }));
    for (const card of document.querySelectorAll(".busy")) card.classList.remove("busy");
  },
};

function hear(told) {
  (HEARD[told.type] ?? (() => {}))(told);
}

// ---- cards ----------------------------------------------------------------

function cardOf(item) {
  const card = document.getElementById("card").content.firstElementChild.cloneNode(true);
  card.dataset.item = item.item_id;
  card.querySelector("img").src = item.image_url || `/cover/${encodeURIComponent(item.item_id)}.svg`;
  card.querySelector(".name").textContent = item.title;
  card.querySelector(".category").textContent = item.category;
  card.querySelector(".price")?.remove();
  if (item.price) {
    const price = Object.assign(document.createElement("span"), { className: "price" });
    price.textContent = Math.round(item.price).toLocaleString(page.language);
    card.querySelector(".facts").append(price);
  }
  card.querySelector(".reason").textContent = item.reason ?? "";
  for (const [act, word] of [["click", words.click], ["like", words.like], ["dislike", words.dislike]])
    card.querySelector(`[data-act=${act}]`).setAttribute("aria-label", `${word}: ${item.title}`);
  return card;
}

function change(told) {
  seq = told.seq;
  page.request_id = told.request_id;
  if (!told.order) return;
  const cards = new Map([...list.children].map((card) => [card.dataset.item, card]));
  const before = new Map([...cards].map(([id, card]) => [id, card.getBoundingClientRect()]));
  const focused = list.contains(document.activeElement) ? placeOf(document.activeElement) : -1;
  for (const card of list.children) card.classList.remove("is-new", "busy");
  for (const item of told.added) {
    const card = cardOf(item);
    card.classList.add("is-new");
    card.querySelector(".cover").dataset.new = words.new;
    cards.set(item.item_id, card);
  }
  for (const [id, reason] of Object.entries(told.reasons))
    cards.get(id)?.querySelector(".reason").replaceChildren(reason);
  list.replaceChildren(...told.order.map((id) => cards.get(id)).filter(Boolean));
  if (focused >= 0) list.children[Math.min(focused, list.children.length - 1)]?.querySelector(".cover").focus({ preventScroll: true });
  slide(before);
  if (past.children.length) document.getElementById("for-you-hint").textContent = words.for_known;
  if (told.why) {
    const title = titles.get(told.why.item_id) ?? "";
    if (title) say(filled(words.changed, { count: told.added.length, title: quoted(title) }));
  }
  list.dataset.seq = seq;
}

const placeOf = (element) => [...list.children].indexOf(element.closest(".card"));

function slide(before) {
  if (calm.matches || !list.animate) return;
  for (const card of list.children) {
    const from = before.get(card.dataset.item);
    const to = card.getBoundingClientRect();
    const frames = from
      ? [{ transform: `translate(${from.x - to.x}px, ${from.y - to.y}px)` }, { transform: "none" }]
      : [{ opacity: 0, transform: "scale(.92)" }, { opacity: 1, transform: "none" }];
    card.animate(frames, { duration: 320, easing: "cubic-bezier(.2, .8, .3, 1)" });
  }
}

// ---- rows beside the list ---------------------------------------------------

function renderBecause(told) {
  const done = new Set([...past.children].map((each) => each.dataset.item));
  const items = told.items.filter((item) => !done.has(item.item_id));
  if (!items.length) return;
  const heading = filled(words.because, { title: titles.get(told.item_id) ?? told.item_id });
  const row = document.createElement("section");
  row.className = "row";
  row.dataset.because = told.item_id;
  const strip = Object.assign(document.createElement("ul"), { className: "strip", tabIndex: 0 });
  strip.setAttribute("aria-label", heading);
  strip.append(...items.map(cardOf));
  row.append(Object.assign(document.createElement("h2"), { textContent: heading }), strip);
  because.querySelector(`[data-because="${CSS.escape(told.item_id)}"]`)?.remove();
  because.prepend(row);
  while (because.children.length > 2) because.lastElementChild.remove();
  if (!calm.matches) row.animate([{ opacity: 0 }, { opacity: 1 }], 300);
}

function note(id, kind, title) {
  past.querySelector(`[data-item="${CSS.escape(id)}"]`)?.remove();
  const each = document.createElement("li");
  each.dataset.item = id;
  each.dataset.kind = kind;
  each.append(Object.assign(document.createElement("b"), { textContent: words[`did_${kind}`] }), ` ${title}`);
  past.prepend(each);
  while (past.children.length > page.past) past.lastElementChild.remove();
  document.getElementById("past-empty").hidden = true;
}

// ---- what people do ---------------------------------------------------------

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-act]");
  if (!button) return;
  const card = button.closest(".card");
  const id = card.dataset.item;
  const kind = button.dataset.act;
  const title = card.querySelector(".name").textContent;
  titles.set(id, title);
  card.classList.add("busy");
  setTimeout(() => card.classList.remove("busy"), 2000);
  note(id, kind, title);
  const done = { item_id: id, type: kind, event_id: newId(), channel: "web", page: "demo" };
  if (list.contains(card)) Object.assign(done, { request_id: page.request_id, position: placeOf(card) });
  const sent = send({ type: "record_interaction", event: done });
  if (!sent) say(words.waiting);
  if (kind !== "dislike") send({ type: "get_similar_products", item_id: id, n: page.row, language: page.language });
});

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

connect();
