// Keys for readers, and marks without a page load. Everything here also works without it.

const base = document.body.dataset.base;
const marks = document.getElementById("m");
const stories = () => [...document.querySelectorAll("[data-story]")].filter((s) => s.offsetParent);
const status = document.createElement("div");
status.className = "toast";
status.setAttribute("role", "status");
document.body.append(status);
document.documentElement.classList.add("has-keys");

let current = null;

function select(story, scroll = true) {
  if (!story) return;
  current?.classList.remove("current");
  current = story;
  current.classList.add("current");
  const link = current.querySelector("h1, h2 a, h3 a, a");
  link?.focus({ preventScroll: true });
  if (scroll) {
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    current.scrollIntoView({ block: "nearest", behavior: still ? "auto" : "smooth" });
  }
}

function step(by) {
  const all = stories();
  const at = all.indexOf(current);
  select(at < 0 ? all[by > 0 ? 0 : all.length - 1] : all[at + by]);
}

async function send(fields) {
  const body = new FormData(marks);
  for (const [name, value] of fields) body.append(name, value);
  const answer = await fetch(marks.action, {
    method: "POST",
    body: new URLSearchParams(body),
    headers: { accept: "application/json" },
  });
  if (!answer.ok) throw new Error(String(answer.status));
  return (await answer.json()).done;
}

const OPPOSITE = { read: "unread", unread: "read", star: "unstar", unstar: "star", mute: "unmute", unmute: "mute" };
const LABEL = { read: "Mark read", unread: "Mark unread", star: "Star", unstar: "Unstar", mute: "Mute", unmute: "Unmute" };
const CLASS = { read: ["is-read", true], unread: ["is-read", false], star: ["starred", true], unstar: ["starred", false], mute: ["muted", true], unmute: ["muted", false] };
const SAID = { read: "Marked as read", unread: "Marked as unread", star: "Starred", unstar: "No longer starred", mute: "Muted", unmute: "No longer muted" };

function dress(id, what) {
  for (const story of document.querySelectorAll(`[data-story="${CSS.escape(id)}"]`)) {
    story.classList.toggle(...CLASS[what]);
    const button = story.querySelector(`button[form=m][name="${what}"]`);
    if (button) {
      button.name = OPPOSITE[what];
      button.textContent = LABEL[OPPOSITE[what]];
    }
  }
}

async function mark(pairs, quiet = false) {
  for (const [what, id] of pairs) dress(id, what);
  try {
    await send(pairs);
    if (!quiet) say(pairs);
  } catch {
    for (const [what, id] of pairs) dress(id, OPPOSITE[what]);
    status.textContent = "That could not be saved. Load the page again and repeat it.";
  }
}

function say(pairs) {
  const words = pairs.length > 1 ? `${SAID[pairs[0][0]]}: ${pairs.length} stories` : SAID[pairs[0][0]];
  const undo = document.createElement("button");
  undo.textContent = "Undo";
  undo.addEventListener("click", () => {
    status.replaceChildren();
    mark(pairs.map(([what, id]) => [OPPOSITE[what], id]), true);
  });
  status.replaceChildren(`${words} `, undo);
}

function press(names) {
  const button = names.map((n) => current?.querySelector(`button[form=m][name="${n}"]`)).find(Boolean);
  if (button) mark([[button.name, button.value]]);
  else if (current) mark([[names[Number(current.classList.contains(CLASS[names[0]][0]))], current.dataset.story]]);
}

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.target !== marks || !button || !(button.name in OPPOSITE)) return;
  event.preventDefault();
  mark([[button.name, button.value]]);
});

// -- keys -----------------------------------------------------------------------------------

const PLACES = { d: "/", s: "/starred", "/": "/search", f: "/feeds", t: "/statistics" };
const KEYS = [
  ["j k", "next and previous story"],
  ["o Enter", "open the story"],
  ["v", "open the leading article"],
  ["m", "mark read or unread"],
  ["M", "mark this and all above as read"],
  ["s", "star or unstar"],
  ["x", "mute or unmute"],
  ["/", "search"],
  ["u", "back to the digest"],
  ["g then d s f t", "go to digest, starred, feeds, statistics"],
  ["?", "these keys"],
];
let leader = -Infinity;

const actions = {
  j: () => step(1),
  k: () => step(-1),
  o: () => current?.querySelector("h2 a, h3 a, span > a")?.click(),
  v: () => current?.querySelector("a.outlet, .headline a")?.click(),
  m: () => press(["read", "unread"]),
  M: () => {
    const all = stories();
    const above = all.slice(0, all.indexOf(current) + 1).filter((s) => !s.classList.contains("is-read"));
    if (above.length) mark(above.map((s) => ["read", s.dataset.story]));
  },
  s: () => press(["star", "unstar"]),
  x: () => press(["mute", "unmute"]),
  u: () => location.assign(`${base}/`),
  "/": () => document.getElementById("q")?.focus(),
  "?": help,
  g: () => { leader = performance.now(); },
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, dialog[open], [contenteditable]")) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const led = performance.now() - leader < 1500;
  leader = -Infinity;
  if (led && event.key in PLACES) {
    event.preventDefault();
    location.assign(base + PLACES[event.key]);
  } else if (event.key in actions) {
    event.preventDefault();
    actions[event.key]();
  }
});

document.addEventListener("focusin", (event) => {
  const story = event.target.closest?.("[data-story]");
  if (story && story !== current) {
    current?.classList.remove("current");
    current = story;
    current.classList.add("current");
  }
});

function help() {
  let dialog = document.getElementById("keys");
  if (!dialog) {
    dialog = document.createElement("dialog");
    dialog.id = "keys";
    dialog.setAttribute("aria-label", "Keys");
    const list = document.createElement("dl");
    for (const [keys, words] of KEYS) {
      const term = document.createElement("dt");
      for (const key of keys.split(" ")) {
        const shown = document.createElement(key === "then" ? "span" : "kbd");
        shown.textContent = key;
        term.append(shown, " ");
      }
      const told = document.createElement("dd");
      told.textContent = words;
      list.append(term, told);
    }
    const close = document.createElement("button");
    close.textContent = "Close";
    close.addEventListener("click", () => dialog.close());
    dialog.append(list, close);
    document.body.append(dialog);
  }
  dialog.showModal();
}

// -- touch: a story is swept aside to mark it read -------------------------------------------

let touch = null;
document.addEventListener("touchstart", (event) => {
  const story = event.target.closest("[data-story]");
  const { clientX: x, clientY: y } = event.touches[0];
  touch = story && event.touches.length === 1 ? { story, x, y } : null;
}, { passive: true });
document.addEventListener("touchend", (event) => {
  if (!touch) return;
  const { clientX: x, clientY: y } = event.changedTouches[0];
  const far = x - touch.x;
  if (far < -90 && Math.abs(y - touch.y) < 40 && !touch.story.classList.contains("is-read")) {
    mark([["read", touch.story.dataset.story]]);
  }
  touch = null;
}, { passive: true });

// -- a picture that does not come leaves no hole -----------------------------------------------

function gone(image) {
  image.closest("figure")?.remove();
}
for (const image of document.querySelectorAll("figure img")) {
  if (image.complete && !image.naturalWidth) gone(image);
  else image.addEventListener("error", () => gone(image), { once: true });
}

// -- a story that is opened has been read ----------------------------------------------------

const opened = document.querySelector("article.full[data-unread]");
if (opened) mark([["read", opened.dataset.story]], true);
