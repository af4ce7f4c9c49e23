/**
 * A client for pages: events, lists and the live line. No dependency.
 *
 * Events are written down in the browser first and sent behind the page's back, many at a time. Each
 * has an id of its own, so that one which was sent twice counts once: what a broken line, a closed
 * tab or a server that is away holds up is sent later.
 *
 *   import { Omakase } from "https://rec.example/static/omakase/client.js";
 *   const omakase = new Omakase({ url: "https://rec.example", token: fetchToken });
 *   // or, where nobody logs in, with a public key (omakase key create page --scopes public):
 *   // const omakase = new Omakase({ url: "https://rec.example", key: "omk_…" });
 *   omakase.track({ type: "view", item_id: "i7" });
 *   const { items } = await omakase.recommend({ n: 10 });
 */

const PREFIX = "omakase:event:";
const SESSION = "omakase:session:";
const LARGEST_BATCH = 100;
const SHORTEST_WAIT = 500;
const LONGEST_WAIT = 60_000;

/** An answer of the server that is no success; `code` never changes, `errors` name the places. */
export class OmakaseError extends Error {
  constructor(status, body) {
    super(body?.title ?? `HTTP ${status}`);
    this.name = "OmakaseError";
    this.status = status;
    this.code = body?.code ?? "";
    this.errors = body?.errors ?? [];
  }
}

export class Omakase {
  #url;
  #fetchToken;
  #token;
  #storage;
  #every;
  #onReject;
  #timer;
  #sending;
  #failures = 0;
  #retryAfter = 0;

  /**
   * @param {object} options
   * @param {string} options.url of the service, without a path
   * @param {string | (() => string | Promise<string>)} [options.token] of the person who looks at
   *   the page, or what fetches one from your server; it is asked again when the old one has run out
   * @param {string} [options.key] a public one, instead of a token: this browser is a session of its
   *   own, which goes on at the next visit
   * @param {Storage} [options.storage] where events wait; by itself localStorage
   * @param {number} [options.every] milliseconds between two batches; by itself 2000
   * @param {(event: object, errors: object[]) => void} [options.onReject] hears of an event that the
   *   server will never take
   */
  constructor({ url, token, key, storage, every = 2000, onReject = () => {} }) {
    this.#url = url.replace(/\/+$/, "");
    this.#storage = storage ?? usualStorage();
    if (key) this.#fetchToken = () => this.#sessionToken(key);
    else this.#fetchToken = typeof token === "function" ? token : () => token;
    this.#every = every;
    this.#onReject = onReject;
    globalThis.addEventListener?.("online", this.#hurry);
    globalThis.addEventListener?.("pagehide", this.#leave);
    if (this.waiting) this.#schedule(0);
  }

  /** How many events wait in this browser. */
  get waiting() {
    return this.#keys().length;
  }

  /** Write an event down and send it soon; its id. */
  track(event) {
    const kept = { event_id: newId(), time: Date.now() / 1000, ...event };
    this.#storage.setItem(PREFIX + kept.event_id, JSON.stringify(kept));
    this.#schedule(this.#every);
    return kept.event_id;
  }

  /** Send what waits, now. Ends when nothing waits any more, or the server cannot be reached. */
  async flush() {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#sending ??= this.#alone(() => this.#sendAll()).finally(() => {
      this.#sending = undefined;
      if (this.waiting) this.#schedule(this.#pause());
    });
    return this.#sending;
  }

  /** A list for this person: what `POST /api/recommendations` takes and answers. */
  recommend(request = {}) {
    return this.#ask("POST", "/api/recommendations", request);
  }

  /** What goes with an item. */
  similar(itemId, { n } = {}) {
    const query = n === undefined ? "" : `?n=${n}`;
    return this.#ask("GET", `/api/items/${encodeURIComponent(itemId)}/similar${query}`);
  }

  /** What is in the catalog for some words. */
  search(words, { n } = {}) {
    const query = new URLSearchParams({ q: words, ...(n === undefined ? {} : { n }) });
    return this.#ask("GET", `/api/search?${query}`);
  }

  /**
   * Hear of this person's list as it changes; gives a function that ends it.
   *
   * @param {(message: object) => void} hear of each message, whole lists and changes
   * @param {object} [subscription] `n`, `model`, `language`
   */
  live(hear, subscription = {}) {
    let line, timer, failures = 0, ended = false, state = { seq: 0, items: [] };
    const open = async () => {
      const address = `${this.#url.replace(/^http/, "ws")}/ws/recommendations/?resume=1`;
      const token = await this.#currentToken();
      if (ended) return;
      line = new WebSocket(address, ["omakase", `bearer.${token}`]);
      line.onmessage = ({ data }) => {
        const message = JSON.parse(data);
        if (message.type === "connection_established") {
          failures = 0;
          const resumed = state.seq ? { seq: state.seq, items: state.items } : {};
          line.send(JSON.stringify({ type: "subscribe", ...subscription, ...resumed }));
        }
        if (message.seq) state = { seq: message.seq, items: idsOf(message) };
        hear(message);
      };
      line.onclose = ({ code }) => again(code);
    };
    const again = (code) => {
      if (code === 4401) this.#token = undefined;
      failures += 1;
      if (!ended) timer = setTimeout(attempt, waitAfter(failures));
    };
    const attempt = () => open().catch(() => again());
    attempt();
    return () => {
      ended = true;
      clearTimeout(timer);
      line?.close();
    };
  }

  /** Stop listening to the page; what waits is sent by the next client in this browser. */
  close() {
    clearTimeout(this.#timer);
    globalThis.removeEventListener?.("online", this.#hurry);
    globalThis.removeEventListener?.("pagehide", this.#leave);
  }

  #hurry = () => {
    this.#failures = 0;
    if (this.waiting) this.#schedule(0, true);
  };

  /** The page goes: the browser finishes a small request by itself. */
  #leave = () => {
    const batch = this.#batch();
    if (batch.length && this.#token) this.#post(batch, { keepalive: true }).catch(() => {});
  };

  #schedule(milliseconds, anew = false) {
    if (this.#timer !== undefined && !anew) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.flush().catch(() => {}), milliseconds);
  }

  /** Of all pages of this browser one sends at a time, where the browser can tell. */
  #alone(work) {
    const { locks } = globalThis.navigator ?? {};
    return locks ? locks.request("omakase:events", work) : work();
  }

  async #sendAll() {
    for (let batch = this.#batch(); batch.length; batch = this.#batch()) {
      try {
        await this.#sendBatch(batch);
        this.#failures = 0;
        this.#retryAfter = 0;
      } catch (error) {
        this.#failures += 1;
        this.#retryAfter = error.retryAfter ?? 0;
        if (mayPass(error)) return;
        throw error;
      }
    }
  }

  /** Send some events and forget those that the server has, or will never take. */
  async #sendBatch(batch) {
    let rejected = [];
    try {
      ({ rejected } = await this.#post(batch));
    } catch (error) {
      if (error.status !== 422) throw error;
      rejected = batch.map((_, position) => ({ position, errors: error.errors }));
    }
    const refused = new Map(rejected.map(({ position, errors }) => [position, errors]));
    batch.forEach((event, position) => {
      this.#storage.removeItem(PREFIX + event.event_id);
      if (refused.has(position)) this.#onReject(event, refused.get(position));
    });
  }

  #post(batch, options = {}) {
    return this.#ask("POST", "/api/events", batch, options);
  }

  #batch() {
    const events = this.#keys().map((key) => JSON.parse(this.#storage.getItem(key)));
    return events.filter(Boolean).sort((a, b) => a.time - b.time).slice(0, LARGEST_BATCH);
  }

  #keys() {
    const keys = Array.from({ length: this.#storage.length }, (_, n) => this.#storage.key(n));
    return keys.filter((key) => key?.startsWith(PREFIX));
  }

  #pause() {
    return Math.max(this.#retryAfter * 1000, this.#failures ? waitAfter(this.#failures) : 0);
  }

  async #ask(method, path, body, options = {}) {
    let answer = await this.#fetched(method, path, body, options);
    if (answer.status === 401) {
      this.#token = undefined;
      answer = await this.#fetched(method, path, body, options);
    }
    const told = await answer.json().catch(() => null);
    if (answer.ok) return told;
    throw errorOf(answer, told);
  }

  async #fetched(method, path, body, options) {
    const headers = { Authorization: `Bearer ${await this.#currentToken()}` };
    if (body !== undefined) headers["Content-Type"] = "application/json";
    const text = body === undefined ? undefined : JSON.stringify(body);
    return fetch(this.#url + path, { method, headers, body: text, ...options });
  }

  /** A token of this browser's session; the last one tells the server which that is. */
  async #sessionToken(key) {
    const place = SESSION + key;
    const last = this.#storage.getItem(place) ?? "";
    const headers = { Authorization: `Bearer ${key}`, "Content-Type": "application/json" };
    const body = JSON.stringify({ token: last });
    const answer = await fetch(`${this.#url}/api/tokens/session`, { method: "POST", headers, body });
    const told = await answer.json().catch(() => null);
    if (!answer.ok) throw errorOf(answer, told);
    this.#storage.setItem(place, told.token);
    return told.token;
  }

  async #currentToken() {
    this.#token ??= await this.#fetchToken();
    return this.#token;
  }
}

function errorOf(answer, told) {
  const error = new OmakaseError(answer.status, told);
  error.retryAfter = Number(answer.headers.get("Retry-After")) || 0;
  return error;
}

/** Whether the same may go well later: the line was cut, or the server is away or busy. */
function mayPass(error) {
  return !(error instanceof OmakaseError) || error.status === 429 || error.status >= 500;
}

/** Milliseconds, longer with each failure and never twice the same. */
function waitAfter(failures) {
  const longest = Math.min(LONGEST_WAIT, SHORTEST_WAIT * 2 ** Math.min(failures, 10));
  return longest / 2 + (Math.random() * longest) / 2;
}

function idsOf(message) {
  return message.order ?? (message.items ?? []).map((item) => item.item_id);
}

/** 128 random bits; `crypto.randomUUID` is kept for pages that came by https. */
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** localStorage, or the page's own memory where the browser keeps nothing. */
function usualStorage() {
  try {
    globalThis.localStorage.setItem("omakase:probe", "");
    globalThis.localStorage.removeItem("omakase:probe");
    return globalThis.localStorage;
  } catch {
    const kept = new Map();
    return {
      get length() { return kept.size; },
      key: (n) => [...kept.keys()][n] ?? null,
      getItem: (key) => kept.get(key) ?? null,
      setItem: (key, value) => kept.set(key, value),
      removeItem: (key) => kept.delete(key),
    };
  }
}
