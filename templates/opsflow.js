/* opsflow site: small extras. Every page is complete without this file. */
(() => {
  "use strict";
  const $ = (s, el = document) => el.querySelector(s);
  const $$ = (s, el = document) => [...el.querySelectorAll(s)];
  const page = document.documentElement, root = new URL(".", document.currentScript.src).href;

  /* what is loaded when it is asked for is a script file: a page in a folder may not read other files */
  const asked = new Map(), given = new Map();
  const data = (name, value) => { given.set(name, value); };
  const load = name => {
    if (!asked.has(name)) asked.set(name, new Promise((done, fail) => {
      const script = document.createElement("script");
      script.src = `${root}${name}.js`;
      script.onload = () => done(given.get(name));
      script.onerror = () => { asked.delete(name); fail(new Error(`${name}.js cannot be loaded`)); };
      document.head.append(script);
    }));
    return asked.get(name);
  };

  /* what a page shows is in its address; in a folder only the part after # can change */
  const folder = location.protocol === "file:";
  const address = () => new URLSearchParams(location.hash.includes("=") ? location.hash.slice(1) : location.search);
  const remember = change => {
    const now = address();
    now.delete("");
    change(now);
    const said = now.toString();
    const to = folder ? (said || !location.search ? `#${said}` : "#=") : `${location.pathname}${said && `?${said}`}${location.hash.includes("=") ? "" : location.hash}`;
    try { history.replaceState(history.state, "", to); } catch { location.replace(`#${said || "="}`); }
  };
  /* a place on the page takes what is shown out of a folder's address; what is shown then stays */
  const told = read => ["popstate", "hashchange"].forEach(name => window.addEventListener(name, () => {
    if (!folder || location.hash.length < 2 || location.hash.includes("=")) read();
  }));
  window.opsflow = { root, data, load, address, remember, told };

  /* light or dark: the reader's system decides, the button overrules it */
  $("[data-theme-toggle]")?.addEventListener("click", () => {
    const dark = page.dataset.theme ? page.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
    page.dataset.theme = dark ? "light" : "dark";
    try { localStorage.theme = page.dataset.theme; } catch { /* private window */ }
  });

  /* what the reader folds stays folded on the next visit; theme.js has hidden it before the first paint */
  $$("details[data-keep]").forEach(d => {
    const name = d.dataset.keep;
    d.open = !page.classList.contains("shut-" + name);
    page.classList.remove("shut-" + name);
    $("summary", d).addEventListener("click", () => {
      try { localStorage["fold-" + name] = d.open ? "shut" : "open"; } catch { /* private window */ }
    });
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
      say.textContent = !words.length ? "" : n ? `${n} found` : "Nothing matches";
      if ("looks" in q.dataset) {
        document.body.classList.toggle("is-looking", words.length > 0);
        $("[data-nothing]").hidden = !words.length || n > 0;
      }
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
