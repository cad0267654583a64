/* Swimlanes of the board: puts the cards of each column into lanes by class, project or person, and back. Without
   this file there are the columns alone, with urgent work on top. */
(() => {
  "use strict";
  const $ = (s, el = document) => el.querySelector(s);
  const $$ = (s, el = document) => [...el.querySelectorAll(s)];
  const { address, remember, told } = window.opsflow;
  const field = $("[data-lanes]"), board = $(".board");
  if (!field || !board) return;
  const columns = $$(".col", board), home = new Map($$(".card", board).map(card => [card, card.parentNode]));
  let made = [];

  /* the lanes of a kind of value, in the order of its list; cards that have none come last */
  const lanes = name => {
    const select = $(`select[data-letter][name="${name}"]`), letter = select?.dataset.letter ?? "-";
    const place = card => {
      const token = card.dataset.f.split(" ").find(each => each[0] === letter);
      return token ? +token.slice(1) : -1;
    };
    const used = new Set([...home.keys()].map(place));
    const names = [...(select?.options ?? [])].slice(1).map((option, n) => ({ n, name: option.text }));
    return { place, lanes: [...names, { n: -1, name: field.selectedOptions[0].dataset.none }].filter(({ n }) => used.has(n)) };
  };
  const el = (tag, name, ...parts) => {
    const one = document.createElement(tag);
    one.className = name;
    one.append(...parts);
    return one;
  };

  const show = () => {
    home.forEach((list, card) => list.append(card));
    made.forEach(each => each.remove());
    made = [];
    const name = field.value;
    board.classList.toggle("by-lane", Boolean(name));
    board.style.gridTemplateRows = "";
    if (!name) return;
    const { place, lanes: all } = lanes(name);
    const inside = columns.map(column => {
      const found = new Map();
      $$(".card", column).forEach(card => found.set(place(card), [...(found.get(place(card)) ?? []), card]));
      return found;
    });
    board.style.gridTemplateRows = `auto ${"auto auto ".repeat(all.length)}1fr`;
    all.forEach(({ n, name: title }, row) => {
      const count = inside.reduce((sum, found) => sum + (found.get(n)?.length ?? 0), 0);
      const lane = el("div", "lane", el("p", "", el("b", "", title), " ", el("span", "", String(count))));
      lane.ariaHidden = "true";
      lane.style.gridRow = String(2 * row + 2);
      board.insertBefore(lane, columns[0]);
      made.push(lane);
      columns.forEach((column, k) => {
        const cards = inside[k].get(n) ?? [], cell = el("div", "cell laned");
        cell.style.gridRow = String(2 * row + 3);
        if (cards.length) cell.append(el("h3", "lane-name", title), el("ul", "cards", ...cards));
        column.append(cell);
        made.push(cell);
      });
    });
    columns.forEach(column => {
      const rest = $(".all", column)?.cloneNode(true);
      if (!rest) return;
      const cell = el("div", "cell laned", rest);
      cell.style.gridRow = String(2 * all.length + 2);
      column.append(cell);
      made.push(cell);
    });
  };
  const read = () => {
    const asked = address().get("lanes") ?? "";
    field.value = [...field.options].some(option => option.value === asked) ? asked : "";
    show();
  };
  field.addEventListener("change", () => {
    remember(now => field.value ? now.set("lanes", field.value) : now.delete("lanes"));
    show();
  });
  told(read);
  read();
})();
