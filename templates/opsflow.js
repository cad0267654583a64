/* opsflow site: small extras. Every page is complete without this file. */
(() => {
  "use strict";
  const $ = (s, el = document) => el.querySelector(s);
  const $$ = (s, el = document) => [...el.querySelectorAll(s)];
  const root = document.documentElement;

  /* light or dark: the reader's system decides, the button overrules it */
  $("[data-theme-toggle]")?.addEventListener("click", () => {
    const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    root.dataset.theme = dark ? "light" : "dark";
    try { localStorage.theme = root.dataset.theme; } catch { /* private window */ }
  });

  /* a folded part stays folded on the next visit */
  $$("details[data-keep]").forEach(d => {
    const key = "fold-" + d.dataset.keep;
    try {
      if (localStorage[key]) d.open = localStorage[key] === "open";
      d.addEventListener("toggle", () => { localStorage[key] = d.open ? "open" : "shut"; });
    } catch { /* private window */ }
  });

  /* find: hides what does not contain every word; counts what is left */
  const q = $("[data-filter]");
  if (q) {
    const things = $$(q.dataset.filter), say = $("[data-found]");
    const texts = things.map(t => t.textContent.toLowerCase());
    const find = () => {
      const words = q.value.toLowerCase().split(/\s+/).filter(Boolean);
      let n = 0;
      things.forEach((t, k) => n += !t.toggleAttribute("data-miss", !words.every(w => texts[k].includes(w))));
      if (words.length) $$("details.more").forEach(d => { d.open = true; });
      say.textContent = !words.length ? "" : n ? `${n} found` : "Nothing matches";
    };
    q.addEventListener("input", find);
    if (q.value) find();
  }

  /* an old page says so; the builder sets data-stale-hours on the commit's time */
  $$("time[data-stale-hours]").forEach(t => {
    const hours = (Date.now() - Date.parse(t.dateTime)) / 36e5;
    if (hours <= +t.dataset.staleHours) return;
    const chip = document.createElement("span"), days = Math.round(hours / 24);
    chip.className = "chip warn";
    chip.textContent = `${days} ${days === 1 ? "day" : "days"} old`;
    t.after(chip);
  });
})();
