// Uploads files in parts that the server checks one by one. What has arrived is never sent twice: after a reload
// the same files are picked again, the server says which parts it has, and the rest follows.

const API = "/api/v1";
const AT_ONCE = 4;
const BATCH = 500;
const TRIES = 6;
const SHOWN = 300;

const box = document.getElementById("uploader");
const partBytes = Number(box.dataset.partBytes);
const csrf = JSON.parse(document.body.getAttribute("hx-headers"))["X-CSRFToken"];
const find = (name) => box.querySelector(`[data-${name}]`);
const parts = {
  progress: find("progress"), label: find("total-label"), numbers: find("total-numbers"), bar: find("total-bar"),
  note: find("total-note"), files: find("files"), pause: find("pause"), retry: find("retry"), handIn: find("hand-in"),
};

const state = {
  submission: box.dataset.submission,
  items: new Map(),
  queue: [],
  running: 0,
  announcing: 0,
  paused: false,
  began: 0,
  sentHere: 0,
};

const size = (bytes) => {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let unit = 0;
  let amount = bytes;
  while (amount >= 1000 && unit < units.length - 1) { amount /= 1000; unit += 1; }
  return `${unit === 0 || amount >= 100 ? Math.round(amount) : amount.toFixed(1)} ${units[unit]}`;
};
const wait = (milliseconds) => new Promise((done) => { setTimeout(done, milliseconds); });
const base64 = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)));
const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");

class Refused extends Error {}

// One call of the API, tried again with growing pauses where the network or the server falters.
async function call(method, path, { body, headers = {} } = {}) {
  for (let attempt = 1; ; attempt += 1) {
    try {
      const answer = await fetch(API + path, { method, body, headers: { "X-CSRFToken": csrf, Accept: "application/json", ...headers } });
      if (answer.ok) return answer.status === 204 ? null : await answer.json();
      const problem = await answer.json().catch(() => ({}));
      if (answer.status < 500 && answer.status !== 429) throw new Refused(problem.detail ?? `The server said ${answer.status}.`);
      throw new Error(problem.detail ?? `The server said ${answer.status}.`);
    } catch (error) {
      if (error instanceof Refused || attempt >= TRIES) throw error;
      parts.note.textContent = `The connection falters (${error.message}); trying again.`;
      await wait(Math.min(20000, 400 * 2 ** attempt) * (0.75 + Math.random() / 2));
    }
  }
}
const post = (path, data) => call("POST", path, { body: JSON.stringify(data ?? {}), headers: { "Content-Type": "application/json" } });

async function ensureSubmission() {
  if (!state.submission) {
    const note = `Upload of ${new Date().toISOString().slice(0, 10)}`;
    state.submission = (await post("/submissions", { collection: box.dataset.collection, note })).id;
  }
  return state.submission;
}

// Files from the two inputs know their folder; dropped folders are walked.
const picked = (list) => [...list].map((file) => ({ file, path: file.webkitRelativePath || file.name }));

async function dropped(items) {
  const entries = [...items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  const found = [];
  const walk = async (entry, folder) => {
    const path = folder + entry.name;
    if (entry.isFile) {
      found.push({ file: await new Promise((ok, no) => { entry.file(ok, no); }), path });
      return;
    }
    const reader = entry.createReader();
    for (;;) {
      const batch = await new Promise((ok, no) => { reader.readEntries(ok, no); });
      if (!batch.length) return;
      for (const child of batch) await walk(child, `${path}/`);
    }
  };
  for (const entry of entries) await walk(entry, "");
  return found;
}

async function add(files) {
  const fresh = files.filter(({ path }) => !state.items.has(path));
  if (!fresh.length) return;
  parts.progress.hidden = false;
  state.began ||= Date.now();
  state.announcing += 1;
  for (const { file, path } of fresh) state.items.set(path, { file, path, sent: 0, status: "waiting", row: null });
  draw();
  try {
    const submission = await ensureSubmission();
    for (let start = 0; start < fresh.length; start += BATCH) {
      await announce(submission, fresh.slice(start, start + BATCH));
      pump();
    }
  } catch (error) {
    for (const { path } of fresh) {
      const item = state.items.get(path);
      if (item.status === "waiting" && !item.id) fail(item, error);
    }
  } finally {
    state.announcing -= 1;
    draw();
  }
}

async function announce(submission, batch) {
  const files = batch.map(({ file, path }) => ({ path, size: file.size }));
  const known = await post(`/submissions/${submission}/files`, { files });
  known.forEach((row, place) => {
    const item = state.items.get(batch[place].path);
    item.id = row.id;
    item.there = new Map(row.parts.map((part) => [part.number, part.sha256]));
    if (row.state === "uploading") state.queue.push(item);
    else { item.status = "done"; item.sent = item.file.size; }
  });
}

function pump() {
  while (!state.paused && state.running < AT_ONCE && state.queue.length) {
    const item = state.queue.shift();
    if (item.status === "removed") continue;
    state.running += 1;
    send(item).catch((error) => fail(item, error)).finally(() => { state.running -= 1; draw(); pump(); });
  }
  draw();
}

// At most AT_ONCE parts are on their way, whether of one large file or of several small ones.
const gate = { free: AT_ONCE, waiting: [] };
async function through(work) {
  if (gate.free > 0) gate.free -= 1;
  else await new Promise((open) => { gate.waiting.push(open); });
  try {
    return await work();
  } finally {
    const next = gate.waiting.shift();
    if (next) next();
    else gate.free += 1;
  }
}

async function send(item) {
  item.status = "sending";
  const count = Math.ceil(item.file.size / partBytes);
  const numbers = Array.from({ length: count }, (_, place) => place + 1);
  const lane = async () => {
    for (let number = numbers.shift(); number !== undefined; number = numbers.shift()) {
      while (state.paused && item.status === "sending") await wait(300);
      if (item.status !== "sending") return;
      await through(() => sendPart(item, number));
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, count) }, lane));
  if (item.status === "removed") return;
  await post(`/submission-files/${item.id}/complete`);
  item.status = "done";
}

async function sendPart(item, number) {
  const bytes = await item.file.slice((number - 1) * partBytes, number * partBytes).arrayBuffer();
  const digest = await crypto.subtle.digest("SHA-256", bytes);
  if (item.there.get(number) !== hex(digest)) {
    await call("PUT", `/submission-files/${item.id}/parts/${number}`, {
      body: bytes,
      headers: { "Content-Type": "application/octet-stream", "Content-Digest": `sha-256=:${base64(digest)}:` },
    });
    state.sentHere += bytes.byteLength;
  }
  item.sent += bytes.byteLength;
  draw();
}

function fail(item, error) {
  if (item.status === "removed") return;
  item.status = "failed";
  item.problem = error instanceof TypeError || error.name === "NotReadableError"
    ? "It cannot be read or sent just now. Check the connection and that the file is still there."
    : error.message;
}

async function remove(item) {
  item.status = "removed";
  state.queue = state.queue.filter((other) => other !== item);
  if (item.id) await call("DELETE", `/submission-files/${item.id}`).catch(() => {});
  item.row?.remove();
  state.items.delete(item.path);
  draw();
}

let drawing = false;
function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => { drawing = false; paint(); });
}

const WORDS = { waiting: "Waiting", sending: "Sending", done: "Arrived", failed: "Failed" };

function paint() {
  const items = [...state.items.values()];
  const total = items.reduce((sum, item) => sum + item.file.size, 0);
  const sent = items.reduce((sum, item) => sum + Math.min(item.sent, item.file.size), 0);
  const done = items.filter((item) => item.status === "done").length;
  const failed = items.filter((item) => item.status === "failed").length;
  const busy = state.running > 0 || state.announcing > 0 || state.queue.length > 0;
  parts.numbers.textContent = `${done.toLocaleString()} of ${items.length.toLocaleString()} files · ${size(sent)} of ${size(total)}`;
  parts.bar.max = total || 1;
  parts.bar.value = items.length && done === items.length ? parts.bar.max : sent;
  const label = state.paused ? "Paused" : busy ? "Uploading" : failed ? `${failed} failed` : items.length ? "Everything has arrived" : "Nothing chosen";
  if (parts.label.textContent !== label) parts.label.textContent = label;
  const seconds = (Date.now() - state.began) / 1000;
  const rate = state.sentHere / Math.max(seconds, 1);
  if (busy && rate > 0 && !state.paused) parts.note.textContent = `${size(rate)} a second, about ${duration((total - sent) / rate)} left`;
  else if (!busy && failed) parts.note.textContent = "Try the failed ones again or remove them; then hand in what has arrived.";
  else if (!busy && items.length) parts.note.textContent = "Every part was checked on arrival. Hand it in, and the portal looks at each file.";
  parts.retry.hidden = !failed || busy;
  parts.handIn.disabled = busy || failed > 0 || (!items.length && parts.handIn.disabled);
  parts.pause.hidden = !busy;
  parts.pause.querySelector("span").textContent = state.paused ? "Go on" : "Pause";
  const failing = items.filter((item) => item.status === "failed");
  [...failing, ...items.filter((item) => item.status !== "failed")].slice(0, SHOWN).forEach(paintRow);
}

const duration = (seconds) => (seconds < 90 ? `${Math.ceil(seconds)} seconds` : seconds < 5400 ? `${Math.round(seconds / 60)} minutes` : `${(seconds / 3600).toFixed(1)} hours`);

function paintRow(item) {
  item.row ??= makeRow(item);
  const [, words, bar, button] = item.row.children;
  const text = item.status === "failed" ? `Failed: ${item.problem}` : `${WORDS[item.status]} · ${size(item.file.size)}`;
  if (words.textContent !== text) words.textContent = text;
  bar.value = item.status === "done" ? bar.max : item.sent;
  button.hidden = !item.id && item.status !== "failed";
}

function makeRow(item) {
  const row = document.createElement("li");
  const name = document.createElement("code");
  name.textContent = item.path;
  const bar = document.createElement("progress");
  bar.max = item.file.size || 1;
  bar.setAttribute("aria-label", item.path);
  const button = document.createElement("button");
  button.className = "link-button";
  button.type = "button";
  button.textContent = "Remove";
  button.setAttribute("aria-label", `Remove ${item.path}`);
  button.addEventListener("click", () => remove(item));
  row.append(name, document.createElement("span"), bar, button);
  parts.files.append(row);
  return row;
}

for (const input of box.querySelectorAll("input[type=file]")) {
  input.addEventListener("change", () => { add(picked(input.files)); input.value = ""; });
}
const drop = find("drop");
for (const kind of ["dragenter", "dragover"]) {
  drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("is-over"); });
}
for (const kind of ["dragleave", "drop"]) drop.addEventListener(kind, () => drop.classList.remove("is-over"));
drop.addEventListener("drop", async (event) => { event.preventDefault(); add(await dropped(event.dataTransfer.items)); });

parts.pause.addEventListener("click", () => { state.paused = !state.paused; pump(); });
parts.retry.addEventListener("click", () => {
  const failed = [...state.items.values()].filter((item) => item.status === "failed");
  for (const item of failed) state.items.delete(item.path);
  for (const item of failed) item.row?.remove();
  add(failed.map(({ file, path }) => ({ file, path })));
});
parts.handIn.addEventListener("click", async () => {
  parts.handIn.disabled = true;
  try {
    await post(`/submissions/${state.submission}/hand-in`);
    state.items.clear();
    location.assign(box.dataset.report.replace("00000000-0000-0000-0000-000000000000", state.submission));
  } catch (error) {
    parts.note.textContent = error.message;
    parts.handIn.disabled = false;
  }
});
if (state.submission) parts.progress.hidden = false;
addEventListener("beforeunload", (event) => { if (state.running || state.queue.length) event.preventDefault(); });
