// The curation queue: one click chooses every finding that is shown, or none.
const form = document.querySelector("[data-bulk]");
form?.querySelector("[data-bulk-all]").addEventListener("click", () => {
  const boxes = [...form.querySelectorAll("input[name=finding]")];
  const all = boxes.every((box) => box.checked);
  for (const box of boxes) box.checked = !all;
});
