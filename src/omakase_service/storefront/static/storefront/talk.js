// The page of talks: messages go out, the list comes at once, the words as they are written.
"use strict";

const turns = at("turns");
const chips = at("chips");
const sayForm = at("say");
const N = 5;
let conversation = null;
let busy = false;

const made = (tag, className, text = "") =>
  Object.assign(document.createElement(tag), { className, textContent: text });

// ---- the wire -------------------------------------------------------------

async function post(path, body, again = true) {
  const headers = { "Content-Type": "application/json", Authorization: `Bearer ${token}` };
  const answer = await fetch(path, { method: "POST", headers, body: JSON.stringify(body) });
  if (answer.status === 401 && again) {
    await renew();
    return post(path, body, false);
  }
  if (!answer.ok) throw new Error(String(answer.status));
  return answer;
}

async function* events(answer) {
  const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  for (;;) {
    const { value, done } = await reader.read();
    if (done) return;
    const blocks = (rest + value).split("\n\n");
    rest = blocks.pop();
    for (const block of blocks) {
      const [, name, content] = /^event: (\w+)\ndata: (.*)$/s.exec(block) ?? [];
      if (name) yield [name, JSON.parse(content)];
    }
  }
}

// ---- one turn -------------------------------------------------------------

async function talk(message, { remove = [], shown = message } = {}) {
  if (busy) return;
  busy = true;
  const mine = made("li", "mine");
  mine.append(made("span", "hidden", `${words.talk_you}: `), made("p", "", shown));
  const reply = made("li", "guide");
  const spoken = made("p", "spoken", words.talk_writing);
  reply.append(made("span", "hidden", `${words.talk_guide}: `), spoken);
  reply.setAttribute("aria-busy", "true");
  turns.append(mine, reply);
  try {
    await hearReply({ message, remove, n: N, conversation_id: conversation, language: page.language }, reply, spoken);
  } catch {
    mine.remove();
    reply.remove();
    if (!sayForm.elements.message.value) sayForm.elements.message.value = message;
    say(words.talk_failed);
  }
  reply.removeAttribute("aria-busy");
  busy = false;
}

async function hearReply(body, reply, spoken) {
  let written = "";
  let isDone = false;
  for await (const [name, told] of events(await post("/api/chat/stream", body))) {
    if (name === "error") throw new Error(told.code);
    if (name === "words") spoken.textContent = written += told.text;
    if (name === "list") {
      spoken.textContent = told.answer;
      showList(reply, told);
      showChips(told);
    }
    if (name === "answer") {
      conversation = told.conversation_id;
      spoken.textContent = told.answer;
      if (told.recommendations?.items.length) reply.append(rating(told.turn));
      isDone = true;
    }
    reply.scrollIntoView({ block: "nearest", behavior: calm.matches ? "auto" : "smooth" });
  }
  if (!isDone) throw new Error("the answer broke off");
  offer(page.next);
}

function showList(reply, told) {
  const picks = made("ol", "picks");
  for (const item of told.recommendations?.items ?? []) picks.append(pick(item, told.recommendations.request_id));
  if (!picks.children.length) return;
  turns.querySelector(".current")?.classList.remove("current"); // earlier lists are links alone
  reply.classList.add("current");
  reply.append(picks);
}

function pick(item, requestId) {
  const each = made("li", "pick-one");
  const path = encodeURIComponent(item.item_id);
  const image = Object.assign(new Image(60, 90), { src: item.image_url || `/cover/${path}.svg`, alt: "" });
  const about = made("div", "about");
  const link = Object.assign(made("a", "", item.title), { href: `/item/${path}` });
  const price = item.price == null ? "" : money(item.price, page.currency);
  const button = Object.assign(made("button", "choose", words.talk_choose), { type: "button" });
  button.setAttribute("aria-label", `${words.talk_choose}: ${item.title}`);
  button.onclick = () => choose(item, requestId, button);
  each.dataset.item = item.item_id;
  about.append(link, made("p", "facts", [item.category.split(" > ").pop(), price].filter(Boolean).join(" · ")), made("p", "reason", item.reason ?? ""));
  each.append(image, about, button);
  return each;
}

// ---- what people say of it --------------------------------------------------

async function choose(item, requestId, button) {
  const event = { item_id: item.item_id, type: "click", event_id: newId(), channel: "web", page: "talk", request_id: requestId };
  keep([...outbox(), event]);
  sendEvent(event);
  try {
    await post(`/api/chat/${encodeURIComponent(conversation)}/feedback`, { chosen: [item.item_id] });
  } catch {
    return say(words.not_done);
  }
  for (const other of turns.querySelectorAll(".choose[aria-pressed]")) other.removeAttribute("aria-pressed");
  button.setAttribute("aria-pressed", "true");
  say(filled(words.talk_chosen, { title: item.title }));
}

function rating(turn) {
  const group = made("div", "rating");
  group.setAttribute("role", "group");
  group.setAttribute("aria-label", words.talk_rate);
  group.append(made("span", "", words.talk_rate));
  for (let stars = 1; stars <= 5; stars += 1) {
    const button = Object.assign(made("button", "", String(stars)), { type: "button" });
    button.onclick = () => rate(stars, turn, group, button);
    group.append(button);
  }
  for (const earlier of turns.querySelectorAll(".rating")) earlier.remove();
  return group;
}

async function rate(satisfaction, turn, group, button) {
  const path = `/api/chat/${encodeURIComponent(conversation)}/feedback`;
  try {
    await post(path, { satisfaction });
    await post(path, { satisfaction, turn });
  } catch {
    return say(words.not_done);
  }
  for (const other of group.querySelectorAll("button")) other.removeAttribute("aria-pressed");
  button.setAttribute("aria-pressed", "true");
  say(words.talk_rated);
}

// ---- chips and offers -----------------------------------------------------

function showChips(told) {
  chips.replaceChildren(...told.applied.map(({ key, label }) => {
    const button = Object.assign(made("button", "chip", `${label} ×`), { type: "button" });
    const name = filled(words.talk_without, { label });
    button.setAttribute("aria-label", name);
    button.onclick = () => talk(words.talk_again, { remove: [key], shown: name });
    const each = made("li", "");
    each.append(button);
    return each;
  }));
  at("holding").hidden = !told.applied.length;
}

function offer(lines) {
  at("offers-title").textContent = words.talk_next;
  at("offers").replaceChildren(...lines.map((line) => {
    const button = Object.assign(made("button", "", line), { type: "button" });
    button.dataset.say = line;
    const each = made("li", "");
    each.append(button);
    return each;
  }));
}

at("offers").addEventListener("click", (event) => {
  const line = event.target.closest("[data-say]")?.dataset.say;
  if (line) talk(line);
});

sayForm.addEventListener("submit", (event) => {
  event.preventDefault();
  const field = sayForm.elements.message;
  const message = field.value.trim();
  if (!message || busy) return;
  field.value = "";
  talk(message);
});

// A message in the address: a link to a talk, or what was sent before this script was there.
const first = new URLSearchParams(location.search).get("message")?.trim();
if (first) {
  history.replaceState(null, "", location.pathname);
  talk(first.slice(0, 2000));
}
