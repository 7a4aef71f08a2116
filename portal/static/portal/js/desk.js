// The finding desk: boxes are rows of numbers in the form; this keeps the picture and the rows the same.
const desk = document.querySelector("[data-desk]");
const board = desk?.querySelector("[data-desk-board]");
const rows = desk?.querySelector("[data-desk-rows]");
const SVG = "http://www.w3.org/2000/svg";
const NAMES = ["x", "y", "width", "height"];
let chosen = null;

const fields = (row) => NAMES.map((name) => row.querySelector(`[name=${name}]`));
const values = (row) => fields(row).map((field) => Math.round(Number(field.value) || 0));
const write = (row, numbers) => { fields(row).forEach((field, place) => { field.value = Math.max(0, Math.round(numbers[place])); }); draw(); };

function draw() {
  for (const box of board.querySelectorAll("rect")) box.remove();
  for (const row of rows.rows) {
    const box = document.createElementNS(SVG, "rect");
    values(row).forEach((value, place) => box.setAttribute(NAMES[place], value));
    box.setAttribute("class", row === chosen ? "desk__box desk__box--chosen" : "desk__box");
    box.addEventListener("pointerdown", (event) => { event.stopPropagation(); choose(row); });
    board.append(box);
  }
}

function choose(row) { chosen = row; draw(); }

function add(numbers) {
  rows.append(desk.querySelector("[data-desk-row]").content.cloneNode(true));
  const row = rows.lastElementChild;
  fields(row).forEach((field, place) => { field.value = Math.round(numbers[place]); });
  choose(row);
  return row;
}

function remove(row) { row.remove(); choose(rows.rows[0] ?? null); }

function middle() {
  const { width, height } = board.viewBox.baseVal;
  return [width * 0.4, height * 0.4, width * 0.2, height * 0.1];
}

function point(event) {
  const place = new DOMPoint(event.clientX, event.clientY).matrixTransform(board.getScreenCTM().inverse());
  return [place.x, place.y];
}

function sketch(event) {
  event.preventDefault();
  const [startX, startY] = point(event);
  const row = add([startX, startY, 1, 1]);
  const move = (later) => {
    const [x, y] = point(later);
    write(row, [Math.min(x, startX), Math.min(y, startY), Math.abs(x - startX), Math.abs(y - startY)]);
  };
  const end = () => {
    removeEventListener("pointermove", move);
    const [, , width, height] = values(row);
    if (width < 3 || height < 3) remove(row);
  };
  addEventListener("pointermove", move);
  addEventListener("pointerup", end, { once: true });
}

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

function key(event) {
  if (event.target.closest("input, textarea, select") || event.ctrlKey || event.metaKey || event.altKey) return;
  const button = desk.querySelector(`[data-key="${CSS.escape(event.key.toLowerCase())}"]`);
  if (button) { event.preventDefault(); button.click(); return; }
  if (!rows) return;
  if (event.key.toLowerCase() === "n") { event.preventDefault(); add(middle()); }
  if (!chosen) return;
  if (event.key === "Delete" || event.key === "Backspace") { event.preventDefault(); remove(chosen); }
  const step = STEPS[event.key];
  if (step) {
    event.preventDefault();
    const [x, y, width, height] = values(chosen);
    const [right, down] = step.map((one) => one * 4);
    write(chosen, event.shiftKey ? [x, y, width + right, height + down] : [x + right, y + down, width, height]);
  }
}

if (desk) document.addEventListener("keydown", key);
desk?.querySelector("[data-desk-released]")?.addEventListener("click", (event) => {
  const button = event.currentTarget;
  const shown = desk.classList.toggle("desk--released");
  button.setAttribute("aria-pressed", String(shown));
});
if (board && rows && desk.querySelector("[data-desk-add]")) {
  board.addEventListener("pointerdown", sketch);
  rows.addEventListener("input", draw);
  rows.addEventListener("click", (event) => { if (event.target.closest("[data-desk-erase]")) remove(event.target.closest("tr")); });
  desk.querySelector("[data-desk-add]").addEventListener("click", () => add(middle()));
  choose(rows.rows[0] ?? null);
}
