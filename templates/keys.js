/* The keyboard: / finds, arrows go from card to card, ? tells all. Nothing is taken while somebody types, and single
   keys can be switched off. */
(() => {
  "use strict";
  const $ = (s, el = document) => el.querySelector(s);
  const $$ = (s, el = document) => [...el.querySelectorAll(s)];
  const { load } = window.opsflow;
  const make = (tag, more = {}, ...parts) => {
    const made = Object.assign(document.createElement(tag), more);
    made.append(...parts);
    return made;
  };
  const off = on => {
    try {
      if (on !== undefined) localStorage.keys = on ? "off" : "";
      return localStorage.keys === "off";
    } catch { return on ?? false; }
  };

  /* -- finding -- */
  const finder = $("[data-finder]");
  const find = () => {
    if (finder) {
      let typed = ""; // while the search is loaded: it begins with what was typed meanwhile
      const hold = event => {
        if (event.key.length > 1 || event.ctrlKey || event.metaKey || event.altKey) return;
        typed += event.key;
        event.preventDefault();
        event.stopImmediatePropagation();
      };
      addEventListener("keydown", hold, true);
      load("find").finally(() => removeEventListener("keydown", hold, true))
        .then(() => window.opsflow.find(typed), () => location.assign(finder.href));
    } else $("input[type=search]")?.focus();
  };

  /* -- from card to card: up and down in a column, left and right between columns -- */
  const CARD = ".card :is(h4, .was) a, .row th a";
  const seen = el => el.checkVisibility?.() ?? el.offsetParent !== null;
  const go = link => {
    link.focus();
    link.closest(".card, .row").scrollIntoView({ block: "nearest", inline: "nearest" });
  };
  const beside = (link, step) => {
    const box = link.closest(".card")?.getBoundingClientRect();
    let column = link.closest(".col");
    while (box && (column = step < 0 ? column?.previousElementSibling : column?.nextElementSibling)) {
      const links = $$(CARD, column).filter(seen);
      const far = other => Math.abs(other.closest(".card").getBoundingClientRect().top - box.top);
      if (links.length) return links.reduce((best, other) => far(other) < far(best) ? other : best);
    }
    return undefined;
  };
  const move = (link, key) => {
    const links = $$(CARD, link.closest(".col, table") ?? document).filter(seen), at = links.indexOf(link);
    return { ArrowDown: links[at + 1], ArrowUp: links[at - 1], Home: links[0], End: links.at(-1) }[key]
      ?? (key === "ArrowLeft" ? beside(link, -1) : key === "ArrowRight" ? beside(link, 1) : undefined);
  };

  /* -- to another page: g and a letter of its name, the first that is free -- */
  const places = new Map();
  $$(".nav a").forEach(a => {
    const letter = [...a.textContent.trim().toLowerCase()].find(one => one !== " " && !places.has(one));
    if (letter) places.set(letter, a);
  });
  let going = 0;

  /* -- help -- */
  let help;
  const tell = () => {
    if (!help) {
      const has = s => $(s) !== null;
      const rows = [
        [["/"], finder ? "Find an item" : "Search this page"],
        has("[data-narrow]") && [["f"], "Go to the filters"],
        has("[data-narrow]") && [["c"], "Clear the filters"],
        (has(".card") || has(".row")) && [["j", "k"], "Next item, item before"],
        has(".card") && [["←", "↑", "↓", "→"], "From card to card"],
        (has(".card") || has(".row")) && [["Enter"], "Open the item"],
        ...[...places].map(([letter, a]) => [["g", letter], a.textContent.trim()]),
        [["?"], "This help"],
      ].filter(Boolean);
      const box = make("input", { type: "checkbox", checked: !off() });
      box.addEventListener("change", () => off(!box.checked));
      const list = make("dl", { className: "keys" });
      rows.forEach(([keys, what]) => list.append(
        make("dt", {}, ...keys.flatMap((key, n) => n ? [" ", make("kbd", { textContent: key })] : [make("kbd", { textContent: key })])),
        make("dd", { textContent: what })));
      const close = make("button", { type: "button", className: "btn", textContent: "Close" });
      close.addEventListener("click", () => help.close());
      help = make("dialog", { className: "help" },
        make("h2", { id: "help-title", textContent: "Keyboard" }), list,
        make("label", { className: "switch" }, box, " Use these keys"), close);
      help.setAttribute("aria-labelledby", "help-title");
      help.addEventListener("click", event => { if (event.target === help) help.close(); });
      document.body.append(help);
    }
    if (!help.open) help.showModal();
  };
  $("[data-help]")?.addEventListener("click", tell);

  document.addEventListener("keydown", event => {
    const at = event.target, key = event.key;
    if (!(at instanceof Element) || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const box = at.closest("dialog"); // one that was just closed may have the focus still
    if (box ? box.open : at.closest("input, textarea, select, [contenteditable]")) return;
    const link = at.closest(CARD);
    if (link && (key.startsWith("Arrow") || key === "Home" || key === "End")) {
      const to = move(link, key);
      event.preventDefault();
      if (to) go(to);
      return;
    }
    if (off()) return;
    const then = Date.now() - going < 1500;
    going = 0;
    const done = () => event.preventDefault();
    if (then && places.has(key)) { done(); location.assign(places.get(key).href); }
    else if (key === "g") going = Date.now();
    else if (key === "/") { done(); find(); }
    else if (key === "?") { done(); tell(); }
    else if (key === "j" || key === "k") {
      const links = $$(CARD).filter(seen), now = links.indexOf(link);
      const to = now < 0 ? links[0] : links[now + (key === "j" ? 1 : -1)];
      if (to) { done(); go(to); }
    } else if (key === "f" && $("[data-narrow]")) { done(); $("[data-narrow]").focus(); }
    else if (key === "c") document.dispatchEvent(new Event("opsflow-clear"));
  });
  finder?.addEventListener("click", event => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    find();
  });
})();
