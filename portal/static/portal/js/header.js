// The header table: each outcome can be shown or hidden.
document.addEventListener("change", (event) => {
  const box = event.target.closest("[data-outcomes] input");
  if (!box) return;
  for (const row of document.querySelectorAll(`[data-outcome="${box.value}"]`)) row.hidden = !box.checked;
});
