// The filters of a list: they answer by themselves, and fold away on narrow screens until they are wanted.
const wide = matchMedia("(min-width: 60rem)");
let wanted = wide.matches;

const settle = () => {
  for (const element of document.querySelectorAll("[data-without-js]")) element.hidden = true;
  for (const element of document.querySelectorAll("[data-open-when-wide]")) element.open = wanted;
};

settle();
wide.addEventListener("change", () => { wanted = wide.matches; settle(); });
document.addEventListener("htmx:beforeSwap", () => {
  wanted = document.querySelector("[data-open-when-wide]")?.open ?? wanted;
});
document.addEventListener("htmx:afterSettle", settle);
