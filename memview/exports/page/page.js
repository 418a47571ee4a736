"use strict";
// Texts of a session go into the page as text nodes only, never as markup.
const data = JSON.parse(document.getElementById("data").textContent);
const SECTIONS = ["system", "core", "summary", "retrieved", "window", "query", "reserve"];
const CUSTODY = [["●", "visible"], ["◐", "covered"], ["○", "recoverable"], ["✗", "lost"]];
const GLYPHS = {promote: "▲", evict: "▼", hit: "●", fault: "○", reject: "⊘", insert: "+", update: "±", invalidate: "∅",
  merge: "⊕", summarize: "Σ", compact: "◧", search: "?", tool: "ƒ", quarantine: "⊗", approve: "✓", pin: "■", unpin: "□",
  trim: "┤", drop: "✗", warn: "!", route: "↳", error: "✖"};
const COLOURS = {promote: "promote", evict: "evict", hit: "hit", fault: "fault", drop: "bad", quarantine: "bad", error: "bad"};
const last = data.turns.length;
const byId = (id) => document.getElementById(id);
let turn = 0;
let timer = null;

function make(tag, className, text) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  if (text !== undefined) element.textContent = text;
  return element;
}

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
}

function gauge(tokens) {
  const bar = make("div", "gauge");
  const keys = make("div", "keys");
  const limit = tokens[7] || 1;
  SECTIONS.forEach((name, place) => {
    if (!tokens[place]) return;
    const part = make("span");
    part.style.width = (100 * tokens[place]) / limit + "%";
    part.style.background = `var(--${name})`;
    if (name === "reserve") part.style.marginLeft = "auto";
    part.title = `${name} ${tokens[place]} tokens`;
    bar.append(part);
    const key = make("span", "", name + " ");
    key.append(make("b", "", String(tokens[place])));
    key.style.borderBottom = `2px solid var(--${name})`;
    keys.append(key);
  });
  const total = tokens.slice(0, 6).reduce((sum, value) => sum + value, 0);
  keys.prepend(make("span", "", `prompt ${total} of ${tokens[7]} tokens`));
  const box = make("div");
  box.append(bar, keys);
  return box;
}

function itemRow(number, isOwn, isVictim, isNew) {
  const item = data.items[number];
  const row = make("button", "item" + (isOwn ? " own" : ""));
  row.append(make("span", "", isVictim ? "▽" : isNew ? "▲" : isOwn ? "◆" : ""));
  row.append(make("span", "name", item.id));
  row.append(make("span", "words", item.text));
  row.append(make("span", "size", String(item.tokens)));
  row.title = [isOwn && "only under this policy", isVictim && "next victim", isNew && "new in this turn"].filter(Boolean).join(", ");
  row.addEventListener("click", () => openItem(item));
  return row;
}

function openItem(item) {
  const box = byId("memory");
  box.querySelector("h2").textContent = item.id;
  box.querySelector(".about").textContent = [item.kind, item.section, `${item.tokens} tokens`, `trust: ${item.trust}`].filter(Boolean).join(" · ");
  box.querySelector("pre").textContent = item.text;
  box.showModal();
}

function section(title, numbers, common, victim, before) {
  const box = make("div");
  box.append(make("h3", "", `${title} ${numbers.length}`));
  if (!numbers.length) box.append(make("div", "none", "nothing"));
  for (const number of numbers) {
    const isOwn = common !== null && !common.has(number);
    box.append(itemRow(number, isOwn, number === victim, before !== null && !before.has(number)));
  }
  return box;
}

function commonOf(place) {
  if (data.replays.length < 2) return null;
  const [first, ...others] = data.replays.map((replay) => new Set(replay.frames[turn][place]));
  return new Set([...first].filter((number) => others.every((other) => other.has(number))));
}

function column(replay, commons) {
  const frame = replay.frames[turn];
  const before = turn ? new Set(replay.frames[turn - 1][0]) : null;
  const box = make("article");
  box.append(make("h2", "", `${replay.label}`));
  box.append(make("div", "keys", `core budget ${replay.budgets.core} · window ${replay.budgets.window} · ${replay.tokenizer}`));
  box.append(gauge(frame[4]));
  const custody = make("div", "custody");
  CUSTODY.forEach(([glyph, word], place) => {
    const state = make("span", "", `${glyph} ${word} `);
    state.append(make("b", "", String(frame[5][place])));
    custody.append(state);
  });
  box.append(custody);
  box.append(section("core", frame[0], commons[0], frame[6], before));
  if (frame[1].length) box.append(section("summary", frame[1], commons[1], -1, null));
  box.append(section("retrieved", frame[2], commons[2], -1, null));
  box.append(section("window", frame[3], commons[3], -1, null));
  box.append(make("h3", "", `events ${replay.events[turn].length}`));
  for (const [action, item, from, to, tokens, reason, signal] of replay.events[turn]) {
    const row = make("div", "event");
    const mark = make("span", "", GLYPHS[action] || "·");
    mark.style.color = `var(--${COLOURS[action] || "muted"})`;
    row.append(mark, make("span", "", action), make("span", "", item < 0 ? "" : data.items[item].id));
    const way = from && to ? `${from} → ${to}` : to ? `into ${to}` : "";
    const move = way ? `${way}, ${tokens} tokens: ` : "";
    row.append(make("span", "why", move + reason + (signal ? ` (${signal})` : "")));
    box.append(row);
  }
  box.append(make("h3", "", "metrics of the whole replay"), metrics(replay));
  return box;
}

function metrics(replay) {
  const table = make("table");
  for (const [name, value] of Object.entries(replay.metrics)) {
    const row = make("tr");
    row.append(make("th", "", name), make("td", "", value === null ? "n/a" : String(Math.round(value * 1e4) / 1e4)));
    table.append(row);
  }
  return table;
}

function draw() {
  const said = byId("said");
  said.replaceChildren();
  if (!turn) said.append(make("span", "role", "after loading, before the first turn"));
  else {
    const spoken = data.turns[turn - 1];
    said.append(make("span", "role", `${spoken.agent ? spoken.agent + " · " : ""}${spoken.role}: `), document.createTextNode(spoken.text));
    if (spoken.response) said.append(document.createTextNode("\n"), make("span", "role", "answer: "), document.createTextNode(spoken.response));
  }
  byId("where").textContent = `turn ${turn}/${last}` + (data.diverging.includes(turn) ? " · policies differ" : "");
  byId("turn").value = String(turn);
  const commons = [0, 1, 2, 3].map(commonOf);
  byId("columns").replaceChildren(...data.replays.map((replay) => column(replay, commons)));
  drawStrip();
}

function drawStrip() {
  const strip = byId("strip");
  const width = (strip.width = strip.clientWidth || 800);
  const pen = strip.getContext("2d");
  pen.clearRect(0, 0, width, 40);
  const step = width / Math.max(1, last + 1);
  const rows = data.replays.length;
  data.replays.forEach((replay, row) => {
    const top = (row * 30) / rows;
    const height = 30 / rows - 1;
    replay.events.forEach((events, at) => {
      const moved = (action) => events.filter((event) => event[0] === action).length;
      const faults = moved("fault"), evicted = moved("evict");
      if (at && faults) { pen.fillStyle = colour("fault"); pen.fillRect(at * step, top, Math.max(1, step - 1), height / 2); }
      if (at && evicted) { pen.fillStyle = colour("evict"); pen.fillRect(at * step, top + height / 2, Math.max(1, step - 1), height / 2); }
    });
  });
  pen.fillStyle = colour("accent");
  for (const at of data.diverging) pen.fillRect(at * step, 32, Math.max(1, step - 1), 3);
  pen.fillStyle = colour("text");
  pen.fillRect(turn * step, 0, Math.max(2, step / 4), 40);
}

function go(wanted) {
  const next = Math.max(0, Math.min(last, wanted));
  if (next !== turn) { turn = next; draw(); }
}

function diverge(direction) {
  const found = direction > 0 ? data.diverging.find((at) => at > turn) : data.diverging.findLast((at) => at < turn);
  if (found === undefined) byId("where").textContent = `turn ${turn}/${last} · no ${direction > 0 ? "further" : "earlier"} divergence`;
  else go(found);
}

function pause() {
  clearInterval(timer);
  timer = null;
  byId("play").textContent = "▶";
}

function play() {
  if (timer) return pause();
  byId("play").textContent = "▮▮";
  timer = setInterval(() => (turn < last ? go(turn + 1) : pause()), 700);
}

function scheme() {
  const root = document.documentElement;
  root.dataset.scheme = root.dataset.scheme === "light" ? "dark" : "light";
  drawStrip();
}

const KEYS = {ArrowLeft: () => go(turn - 1), ArrowRight: () => go(turn + 1), Home: () => go(0), End: () => go(last),
  " ": play, n: () => diverge(1), N: () => diverge(-1), t: scheme, PageUp: () => go(turn - 10), PageDown: () => go(turn + 10)};
document.addEventListener("keydown", (event) => {
  if (byId("memory").open || event.ctrlKey || event.metaKey || event.altKey) return;
  const act = KEYS[event.key];
  if (!act || (event.key === " " && event.target.tagName === "BUTTON")) return;
  event.preventDefault();
  act();
});
byId("turn").max = String(last);
byId("turn").addEventListener("input", (event) => go(Number(event.target.value)));
byId("first").addEventListener("click", () => go(0));
byId("back").addEventListener("click", () => go(turn - 1));
byId("forth").addEventListener("click", () => go(turn + 1));
byId("last").addEventListener("click", () => go(last));
byId("play").addEventListener("click", play);
byId("scheme").addEventListener("click", scheme);
byId("apart").addEventListener("click", () => diverge(1));
byId("apart").hidden = data.replays.length < 2;
byId("strip").addEventListener("click", (event) => go(Math.floor((event.offsetX / byId("strip").clientWidth) * (last + 1))));
addEventListener("resize", drawStrip);
document.documentElement.dataset.scheme = matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark";
draw();
