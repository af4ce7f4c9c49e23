/**
 * A list on any page, without a line of code: what the console's page "Widgets" writes down.
 *
 *   <script type="module" src="https://rec.example/static/omakase/widget.js"></script>
 *   <omakase-list url="https://rec.example" key="omk_…" placement="home" n="6"></omakase-list>
 *
 * Attributes: url, key (a public one), placement, n, heading, layout (row, grid, list), language,
 * reasons, link (an address with {item_id} in it), preview (nothing that is seen or clicked is told).
 * Colours follow the page: --omakase-accent, --omakase-card, --omakase-line, --omakase-radius.
 */

import { Omakase } from "./client.js";

const SEEN_SHARE = 0.5;
const STYLE = `
:host { display: block; color: inherit; font: inherit; }
h2 { font: inherit; font-weight: 600; font-size: 1.2em; margin: 0 0 .6em; }
ul { list-style: none; margin: 0; padding: 0; display: grid; gap: .8em; }
ul.row { grid-auto-flow: column; grid-auto-columns: minmax(9em, 12em); overflow-x: auto; padding-bottom: .4em; }
ul.grid { grid-template-columns: repeat(auto-fill, minmax(min(9em, 100%), 1fr)); }
li > * { display: grid; gap: .25em; height: 100%; box-sizing: border-box; align-content: start; padding: .7em; color: inherit; text-decoration: none; background: var(--omakase-card, transparent); border: 1px solid var(--omakase-line, color-mix(in srgb, currentColor 20%, transparent)); border-radius: var(--omakase-radius, .6em); overflow-wrap: anywhere; }
a:hover, a:focus-visible { border-color: var(--omakase-accent, currentColor); }
img { width: 100%; aspect-ratio: 1; object-fit: cover; border-radius: .4em; }
small { opacity: .75; }
strong { font-weight: 600; }
`;

/** An address of http or https; nothing for any other. */
function webAddress(text) {
  try {
    const address = new URL(text, document.baseURI);
    return /^https?:$/.test(address.protocol) ? address.href : "";
  } catch {
    return "";
  }
}

function element(name, text, attributes = {}) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  Object.entries(attributes).forEach(([key, value]) => made.setAttribute(key, value));
  return made;
}

export class OmakaseListElement extends HTMLElement {
  #client;
  #watch;

  connectedCallback() {
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(STYLE);
    root.adoptedStyleSheets = [sheet];
    this.#client = new Omakase({ url: this.getAttribute("url") ?? "", key: this.getAttribute("key") });
    this.load();
  }

  disconnectedCallback() {
    this.#watch?.disconnect();
    this.#client?.close();
  }

  /** Ask for the list and show it; where nobody answers, the place stays empty. */
  async load() {
    try {
      const { items, request_id } = await this.#client.recommend({
        n: Number(this.getAttribute("n")) || 6,
        placement: this.getAttribute("placement") ?? "",
        language: this.getAttribute("language") ?? "en",
        explain: this.hasAttribute("reasons"),
      });
      this.#show(items, request_id);
      this.dispatchEvent(new CustomEvent("omakase-shown", { detail: { items } }));
    } catch (error) {
      this.dispatchEvent(new CustomEvent("omakase-failed", { detail: { error } }));
    }
  }

  #show(items, request) {
    this.#watch?.disconnect();
    this.#watch = new IntersectionObserver((entries) => this.#see(entries, request), { threshold: SEEN_SHARE });
    const layout = this.getAttribute("layout") ?? "row";
    const list = element("ul", "", { class: layout });
    items.forEach((item, place) => {
      const line = element("li");
      line.dataset.item = item.item_id;
      line.dataset.place = place + 1;
      line.append(this.#card(item));
      line.addEventListener("click", () => this.#tell("click", line.dataset, request));
      list.append(line);
      this.#watch.observe(line);
    });
    const heading = this.getAttribute("heading");
    this.shadowRoot.replaceChildren(...(heading && items.length ? [element("h2", heading)] : []), list);
  }

  #card(item) {
    const link = this.getAttribute("link");
    const address = link && webAddress(link.replaceAll("{item_id}", encodeURIComponent(item.item_id)));
    const card = address ? element("a", "", { href: address }) : element("div");
    const image = item.image_url && webAddress(item.image_url);
    if (image) card.append(element("img", "", { src: image, alt: "", loading: "lazy" }));
    card.append(element("strong", item.title || item.item_id));
    if (item.price != null) card.append(element("span", new Intl.NumberFormat(this.getAttribute("language") ?? "en").format(item.price)));
    if (item.reason) card.append(element("small", item.reason));
    return card;
  }

  #see(entries, request) {
    for (const { isIntersecting, target } of entries) {
      if (!isIntersecting) continue;
      this.#watch.unobserve(target);
      this.#tell("impression", target.dataset, request);
    }
  }

  #tell(type, { item, place }, request) {
    if (this.hasAttribute("preview")) return;
    this.#client.track({ type, item_id: item, request_id: request, position: Number(place) });
  }
}

if (!customElements.get("omakase-list")) customElements.define("omakase-list", OmakaseListElement);
