/* Search over all items: on its own page, and in a dialog on every other one. What it searches is loaded when
   somebody types; see opsflow/site/find.py for its form. Texts of a board only ever become text. */
(() => {
  "use strict";
  const { root, load, address, remember } = window.opsflow;
  const MOST = 50;
  const make = (tag, more = {}, ...parts) => {
    const made = Object.assign(document.createElement(tag), more);
    made.append(...parts);
    return made;
  };

  /* as in find.py: small letters without accents; one letter is a word in scripts without spaces */
  const plain = text => text.toLowerCase().normalize("NFKD").replace(/[\u0300-\u036f]/g, "");
  const WORD = /[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|(?:(?![\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])[\p{L}\p{N}_])+/gu;
  const split = text => text.match(WORD) ?? [];

  /* every item, as a row; loaded once */
  let rows;
  const read = () => rows ??= (async () => {
    const first = await load("find-items-1"), about = first[0];
    const sheets = [first.slice(1)];
    for (let n = 2; n <= about.sheets; n++) sheets.push(await load(`find-items-${n}`));
    const all = sheets.flat().map(([id, title, state, names, page = id], n) => ({
      n, id, title, page,
      state: about.states[state] ?? state,
      over: about.over[state] ?? 0,
      key: id.toLowerCase(),
      said: plain(title),
      names: plain(names),
    }));
    return { about, all };
  })().catch(error => { rows = undefined; throw error; });

  /* the numbers of the items whose descriptions have a word that begins so */
  const described = async (about, start) => {
    const found = new Set();
    for (let n = 0; n < about.words.length; n++) {
      const next = about.words[n + 1];
      if ((next !== undefined && next < start) || about.words[n].slice(0, start.length) > start) continue;
      const sheet = await load(`find-words-${n + 1}`);
      for (let k = 0; k < sheet.length; k += 2) {
        if (sheet[k].startsWith(start)) sheet[k + 1].reduce((sum, step) => (found.add(sum + step), sum + step), 0);
      }
    }
    return found;
  };

  /* the id itself, then titles that begin so, then words of titles, then any other words; open items first */
  const search = async text => {
    const { about, all } = await read();
    const whole = plain(text).trim(), parts = whole.split(/\s+/).filter(Boolean);
    if (!parts.length) return null;
    const texts = await Promise.all(parts.map(async part => {
      const each = await Promise.all(split(part).map(word => described(about, word.slice(0, 40))));
      return n => each.length > 0 && each.every(found => found.has(n));
    }));
    const rank = row => {
      if (row.key === whole || row.key.endsWith(`-${whole}`)) return 0;
      if (row.said.startsWith(whole) || row.key.startsWith(whole)) return 1;
      const words = split(row.said);
      if (parts.every(part => words.some(word => word.startsWith(part)))) return 2;
      if (parts.every(part => row.said.includes(part))) return 3;
      const any = (part, k) => row.said.includes(part) || row.key.includes(part) || row.names.includes(part) || texts[k](row.n);
      return parts.every(any) ? 4 : 5;
    };
    return all.map(row => [rank(row), row]).filter(([rank]) => rank < 5)
      .sort(([a, one], [b, other]) => a - b || one.over - other.over || one.n - other.n).map(([, row]) => row);
  };

  const hit = row => make("li", {}, make("a", { href: `${root}item/${encodeURIComponent(row.page)}.html` },
    make("span", { className: "id", textContent: row.id }), " ",
    make("span", { className: "hit", dir: "auto", textContent: row.title }), " ",
    make("span", { className: "muted", textContent: row.state })));

  const enhance = (box, keeps) => {
    const field = box.querySelector("input"), say = box.querySelector("[role=status]"), list = box.querySelector("ul");
    let turn = 0;
    const show = async () => {
      const mine = ++turn, text = field.value;
      if (keeps) remember(now => text.trim() ? now.set("q", text) : now.delete("q"));
      let found;
      try { found = await search(text); } catch {
        if (mine === turn) say.textContent = "The search data cannot be loaded. Open the list of items instead.";
        return;
      }
      if (mine !== turn) return;
      const n = found?.length ?? 0;
      say.textContent = !found ? "" : !n ? "Nothing matches" : n > MOST ? `${n} found, the first ${MOST} are shown` : `${n} found`;
      list.replaceChildren(...(found ?? []).slice(0, MOST).map(hit));
    };
    field.addEventListener("input", show);
    box.addEventListener("keydown", event => {
      const links = [...list.querySelectorAll("a")], at = links.indexOf(document.activeElement);
      if (event.key === "Enter" && event.target === field && links.length) { event.preventDefault(); links[0].click(); }
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step || !links.length) return;
      event.preventDefault();
      (links[at + step] ?? (at + step < 0 ? field : links[at])).focus();
    });
    return show;
  };

  const page = document.querySelector("[data-find]");
  if (page) {
    const field = page.querySelector("input"), show = enhance(page, true);
    field.value ||= address().get("q") ?? "";
    field.focus();
    show();
  }

  let dialog;
  window.opsflow.find = (typed = "") => {
    if (page) return page.querySelector("input").select();
    if (!dialog) {
      dialog = make("dialog", { className: "finder", ariaLabel: "Find items" },
        make("div", { role: "search" },
          make("label", { className: "vh", htmlFor: "finder", textContent: "Find items" }),
          make("input", { className: "field", id: "finder", type: "search", placeholder: "Find items", autocomplete: "off" }),
          make("p", { className: "found", role: "status" }),
          make("ul", { className: "hits" })));
      document.body.append(dialog);
      enhance(dialog, false);
      dialog.addEventListener("keydown", event => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        dialog.close();
      });
      dialog.addEventListener("click", event => { if (event.target === dialog) dialog.close(); });
    }
    if (!dialog.open) dialog.showModal();
    const field = dialog.querySelector("input");
    field.select();
    if (!typed) return;
    field.value = typed;
    field.dispatchEvent(new Event("input"));
  };
})();
