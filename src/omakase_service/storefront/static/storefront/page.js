// The live side of the page: what people do goes out, what has changed comes in. Without it every
// button is a plain form, and the page loads anew.
"use strict";

const page = JSON.parse(document.getElementById("page").textContent);
const words = page.words;
const at = (id) => document.getElementById(id);
const list = at("list") ?? document.createElement("ul"); // a page without a list follows none
const past = at("past") ?? document.createElement("ol");
const rows = at("rows");
const form = at("act");
const calm = matchMedia("(prefers-reduced-motion: reduce)");

let line = null;
let seq = 0;
let tries = 0;
let token = page.token;
let diversity = page.diversity ?? null;
const titles = new Map(); // of what was clicked, for the words that name it

// ---- words ----------------------------------------------------------------

const filled = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");
const quoted = (title) => `“${title}”`;

let hiding = 0;
function say(text, undo = null) {
  const toast = at("toast");
  const button = toast.querySelector("button");
  toast.firstElementChild.textContent = text;
  button.hidden = !undo;
  button.onclick = undo;
  toast.classList.add("shown");
  clearTimeout(hiding);
  hiding = setTimeout(() => {
    toast.classList.remove("shown");
    button.hidden = true;
  }, undo ? 10000 : 4000);
}

function show(state) {
  const status = at("status");
  status.hidden = false;
  status.dataset.state = state;
  status.lastElementChild.textContent = words[state];
}

// ---- what was done and is not acknowledged: kept in the browser, by the person it is of -----

const OUTBOX = `omakase.outbox ${page.person}`;

function outbox() {
  try { return JSON.parse(localStorage.getItem(OUTBOX)) ?? []; } catch { return []; }
}

function keep(events) {
  try {
    if (events.length) localStorage.setItem(OUTBOX, JSON.stringify(events));
    else localStorage.removeItem(OUTBOX);
  } catch { /* no room or not allowed: the line alone has it */ }
}

const settle = (id) => keep(outbox().filter((event) => event.event_id !== id));

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

const ours = (more = {}) => ({ ...more, "X-Omakase-Person": page.whose });

async function renew() {
  try {
    const answer = await fetch("/token", { headers: ours() });
    if (answer.ok) token = (await answer.json()).token;
  } catch { /* no line at all: the next try will tell */ }
}

const isOpen = () => line && line.readyState === WebSocket.OPEN && tries === 0;

function send(message) {
  if (isOpen()) line.send(JSON.stringify(message));
  return isOpen();
}

const sendEvent = (event) => send({ type: "record_interaction", event, ref: event.event_id });

function subscribe() {
  if (!list.isConnected) return;
  const items = [...list.children].map((card) => card.dataset.item);
  send({ type: "subscribe", n: page.n, language: page.language, fields: page.fields, diversity, seq, items });
}

const HEARD = {
  connection_established() {
    tries = 0;
    show("live");
    subscribe();
    outbox().forEach(sendEvent); // each event has an id, so twice is once
  },
  recommendations_updated: (told) => change(told),
  interaction_recorded(told) {
    settle(told.event_id);
    renewRows();
  },
  error(told) {
    if (told.ref) settle(told.ref);
    if (told.code !== "unauthorized") say(filled(words.refused, { title: told.title }));
    for (const card of document.querySelectorAll(".busy")) card.classList.remove("busy");
  },
};

function hear(told) {
  (HEARD[told.type] ?? (() => {}))(told);
}

// ---- cards ----------------------------------------------------------------

function money(amount, code) {
  const [sign, decimals] = page.currencies[code] ?? [`${code} `, 2];
  const digits = !code && Number.isInteger(amount) ? 0 : decimals;
  const shown = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return sign + amount.toLocaleString("en", shown);
}

function genresOf(item, known) {
  if (known.genres?.length) return [known.genres].flat();
  const tags = page.tagged_types.includes(item.type.toLowerCase()) ? known.tags ?? [] : [];
  return [item.category.split(" > ").pop(), ...tags].filter(Boolean);
}

function cardOf(item, place) {
  const card = at("card").content.firstElementChild.cloneNode(true);
  const known = item.attributes ?? {};
  const year = known.year ? String(Math.trunc(known.year) || known.year) : "";
  const name = year ? item.title.replace(` (${year})`, "") : item.title;
  const link = card.querySelector(".name a");
  const path = encodeURIComponent(item.item_id);
  card.dataset.item = item.item_id;
  card.querySelector("img").src = item.image_url || `/cover/${path}.svg`;
  link.textContent = name;
  link.href = `/item/${path}`;
  card.querySelector(".category").textContent = [year, ...genresOf(item, known).slice(0, page.genres)].filter(Boolean).join(" · ");
  card.querySelector(".price").textContent = item.price == null ? "" : money(item.price, known.currency ?? page.currency);
  explain(card, item.reason, item.evidence);
  for (const button of card.querySelectorAll("[data-act]")) {
    button.value = `${button.dataset.act} ${place} ${item.item_id}`;
    button.setAttribute("aria-label", `${words[button.dataset.act]}: ${name}`);
  }
  return card;
}

function explain(card, reason, evidence) {
  card.querySelector(".reason").textContent = reason ?? "";
  const why = card.querySelector(".why");
  why.hidden = !evidence || !(evidence.cited.length || evidence.algorithms.length);
  if (why.hidden) return;
  why.querySelector(".cited").replaceChildren(...evidence.cited.map(({ title, share }) => {
    const each = document.createElement("li");
    each.append(Object.assign(document.createElement("span"), { textContent: title }), " ",
      Object.assign(document.createElement("b"), { textContent: `${Math.round(100 * share)} %` }));
    return each;
  }));
  why.querySelector(".proposed span").textContent =
    evidence.algorithms.map((each) => `${each.algorithm} #${each.place}`).join(" · ");
}

function change(told) {
  seq = told.seq;
  page.request_id = told.request_id;
  if (told.algorithm) answering(told.algorithm);
  if (told.order) arrange(told);
  if (past.children.length) at("for-you-hint").textContent = words.for_known;
  const title = told.why && titles.get(told.why.item_id);
  if (told.order && title && !at("toast").querySelector("button:not([hidden])"))
    say(filled(words.changed, { count: told.added.length, title: quoted(title) }));
  list.dataset.seq = seq;
}

function arrange(told) {
  const cards = new Map([...list.children].map((card) => [card.dataset.item, card]));
  const before = new Map([...cards].map(([id, card]) => [id, card.getBoundingClientRect()]));
  const focus = focusIn(list);
  for (const card of list.children) card.classList.remove("is-new", "busy");
  for (const item of told.added) {
    const card = cardOf(item, item.place);
    card.classList.add("is-new");
    card.querySelector(".cover").dataset.new = words.new;
    cards.set(item.item_id, card);
  }
  for (const [id, reason] of Object.entries(told.reasons))
    if (cards.has(id)) explain(cards.get(id), reason, told.evidence?.[id]);
  list.replaceChildren(...told.order.map((id) => cards.get(id)).filter(Boolean));
  focus();
  slide(before);
}

function answering(name) {
  at("answering").textContent = name;
  at("about-answering").textContent = page.models[name] ?? "";
}

const placeOf = (element) => [...list.children].indexOf(element.closest(".card"));

// Focus stays: on the same control of the same card, or of the one that has its place now.
function focusIn(place) {
  const active = document.activeElement;
  const card = place.contains(active) ? active.closest(".card") : null;
  const strip = card?.parentElement;
  if (!card) return () => {};
  const control = active.dataset.act ? `[data-act=${active.dataset.act}]` : active.localName;
  const index = [...strip.children].indexOf(card);
  const row = strip.closest("[data-row]")?.dataset.row;
  return () => {
    const now = row === undefined ? strip : place.querySelector(`[data-row="${CSS.escape(row)}"] .strip`);
    const cards = [...(now ?? place.querySelector(".strip") ?? place).children];
    const same = cards.find((each) => each.dataset.item === card.dataset.item);
    const next = same ?? cards[Math.min(index, cards.length - 1)];
    (next?.querySelector(control) ?? next?.querySelector(".cover"))?.focus({ preventScroll: true });
  };
}

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

// ---- rows beside the list: made anew after each thing that was done, once for many ----------

let renewing = 0;
function renewRows() {
  if (!rows) return;
  clearTimeout(renewing);
  renewing = setTimeout(async () => {
    try {
      const answer = await fetch("/rows", { headers: ours() });
      if (!answer.ok) return;
      const html = await answer.text();
      const focus = focusIn(rows);
      rows.innerHTML = html;
      focus();
    } catch { /* the rows stay as they are */ }
  }, 250);
}

// ---- what people do ---------------------------------------------------------

function note(event, title) {
  past.querySelector(`[data-item="${CSS.escape(event.item_id)}"]`)?.remove();
  const entry = at("past-entry")?.content.firstElementChild.cloneNode(true);
  if (!entry) return;
  entry.dataset.item = event.item_id;
  entry.dataset.kind = event.type;
  entry.querySelector("b").textContent = words[`did_${event.type}`];
  entry.querySelector(".what").textContent = title;
  const button = entry.querySelector("button");
  button.value = event.item_id;
  button.setAttribute("aria-label", `${words.forget}: ${title}`);
  past.prepend(entry);
  while (past.children.length > page.past) past.lastElementChild.remove();
  at("past-empty").hidden = true;
}

function act(button) {
  const card = button.closest(".card");
  const id = card.dataset.item;
  const title = card.querySelector(".name").textContent.trim();
  const event = { item_id: id, type: button.dataset.act, event_id: newId(), channel: "web", page: "demo" };
  if (list.contains(card)) Object.assign(event, { request_id: page.request_id, position: placeOf(card) });
  titles.set(id, title);
  card.classList.add("busy");
  setTimeout(() => card.classList.remove("busy"), 2000);
  note(event, title);
  keep([...outbox(), event]);
  const sent = sendEvent(event);
  if (event.type === "dislike") say(filled(words.gone, { title }), () => takeBack({ event_id: event.event_id }, id, title));
  else if (!sent) say(words.waiting);
  else if (!list.isConnected) say(`${words[`did_${event.type}`]}: ${title}`);
}

async function takeBack(named, id, title) {
  const entry = past.querySelector(`[data-item="${CSS.escape(id)}"]`);
  const waiting = outbox();
  keep(waiting.filter((event) => event.event_id !== named.event_id && event.item_id !== named.item_id));
  const headers = ours({ "X-CSRFToken": form.elements.csrfmiddlewaretoken.value });
  try {
    const answer = await fetch("/undo", { method: "POST", headers, body: new URLSearchParams(named) });
    if (!answer.ok) throw new Error();
  } catch {
    keep(waiting);
    say(words.not_done);
    return;
  }
  const following = entry?.nextElementSibling ?? entry?.previousElementSibling;
  const held = entry?.contains(document.activeElement);
  entry?.remove();
  if (held) (following?.querySelector("button") ?? at("main")).focus();
  if (at("past-empty")) at("past-empty").hidden = past.children.length > 0;
  say(filled(words.undone, { title }));
  renewRows();
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("button[data-act], button.undo");
  if (!button) return;
  event.preventDefault();
  if (button.dataset.act) return act(button);
  const entry = button.closest("li");
  takeBack({ item_id: button.value }, button.value, entry.querySelector(".what").textContent);
});

at("diversity")?.addEventListener("input", (event) => {
  diversity = Number(event.target.value);
  subscribe();
});

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

connect();
