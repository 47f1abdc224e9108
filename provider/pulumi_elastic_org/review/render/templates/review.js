"use strict";
const byId = (id) => document.getElementById(id);
const root = document.documentElement;
const people = [...document.querySelectorAll("[data-person]")];
const fold = (open) => document.querySelectorAll("main details").forEach((one) => { one.open = open; });
const dark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
const showTheme = () => byId("theme").setAttribute("aria-pressed", String(dark()));
byId("search").addEventListener("input", (event) => {
  const words = event.target.value.trim().toLowerCase();
  let shown = 0;
  for (const one of people) {
    one.hidden = !one.dataset.person.includes(words);
    if (one.hidden) continue;
    shown += 1;
    if (words) for (let up = one.closest("details"); up; up = up.parentElement.closest("details")) up.open = true;
  }
  byId("found").textContent = words ? `${shown} ${shown === 1 ? "entry" : "entries"}` : "";
});
byId("fold").addEventListener("click", () => fold(false));
byId("unfold").addEventListener("click", () => fold(true));
byId("print").addEventListener("click", () => print());
byId("theme").addEventListener("click", () => { root.dataset.theme = dark() ? "light" : "dark"; showTheme(); });
addEventListener("beforeprint", () => fold(true));
document.querySelector(".tools").addEventListener("submit", (event) => event.preventDefault());
document.querySelector(".tools").hidden = false;
showTheme();
