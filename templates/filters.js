/* Filters of the board and the lists: what is chosen stands in the address, as chips, and in a count. Without this
   file everything is shown. A card's data-f says what it is; see opsflow/site/filters.py. */
(() => {
  "use strict";
  const $ = (s, el = document) => el.querySelector(s);
  const $$ = (s, el = document) => [...el.querySelectorAll(s)];
  const { address, remember, told } = window.opsflow;
  const field = $("[data-narrow]"), chips = $("[data-chips]"), say = $("[data-found]"), menu = $("[data-menu]");
  if (!field) return;
  const summary = menu ? $("summary", menu) : field;

  const kinds = $$("select[data-letter]").map(select => ({
    select,
    name: select.name,
    title: $("span", select.parentNode).textContent,
    keys: [...select.options].slice(1).map(option => option.value),
    names: [...select.options].slice(1).map(option => option.text),
    token: n => `${select.dataset.letter}${n}`,
    chosen: new Set(),
  }));
  const people = kinds.find(kind => kind.name === "person"), buttons = $$("[data-person]");
  const only = $$("[data-only]");
  const text = el => [el.textContent, ...$$("[title]", el).map(each => each.title)].join(" ").toLowerCase();
  const things = $$("[data-f]").map(el => ({ el, marks: new Set(el.dataset.f.split(" ")), text: text(el) }));
  const is = { blocked: el => el.matches(".is-blocked"), ageing: el => el.matches(".old"), dated: el => el.matches("[data-due]") };

  /* what is chosen, to the page */
  const chip = (text, name, remove) => {
    const button = document.createElement("button"), cross = document.createElement("span");
    button.type = "button";
    button.className = "chip off";
    button.setAttribute("aria-label", `${name}: remove this filter`);
    cross.ariaHidden = "true";
    cross.textContent = "×";
    button.append(text, cross);
    button.addEventListener("click", () => {
      const at = $$("button", chips).indexOf(button);
      remove();
      changed();
      ($$("button", chips)[chips.hidden ? -1 : at] ?? summary).focus();
    });
    return button;
  };
  const show = () => {
    const words = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const wanted = kinds.filter(kind => kind.chosen.size)
      .map(kind => [...kind.chosen].map(key => kind.token(kind.keys.indexOf(key))));
    const needed = only.filter(box => box.checked).map(box => is[box.dataset.only]);
    const any = words.length + wanted.length + needed.length > 0;
    let n = 0;
    things.forEach(({ el, marks, text }) => {
      const fits = wanted.every(tokens => tokens.some(token => marks.has(token)))
        && words.every(word => text.includes(word)) && needed.every(test => test(el));
      el.toggleAttribute("data-miss", !fits);
      n += fits;
    });
    if (any) $$("details.more").forEach(d => { d.open = true; });
    say.textContent = any ? `${n} of ${things.length} shown` : "";
    const made = kinds.flatMap(kind => [...kind.chosen].map(key => {
      const name = `${kind.title}: ${kind.names[kind.keys.indexOf(key)] ?? key}`;
      return chip(name, name, () => kind.chosen.delete(key));
    }));
    const clear = document.createElement("button");
    clear.type = "button";
    clear.className = "clear";
    clear.textContent = "Clear";
    clear.addEventListener("click", () => { none(); summary.focus(); });
    chips.replaceChildren(...made, clear);
    chips.hidden = !any;
    kinds.forEach(kind => { kind.select.value = kind.chosen.size === 1 && kind.keys.includes([...kind.chosen][0]) ? [...kind.chosen][0] : ""; });
    buttons.forEach(button => { button.checked = people?.chosen.has(people.keys[+button.dataset.person]) ?? false; });
    $$("[data-carries] a").forEach(a => { a.search = any ? `?${query()}` : ""; });
  };

  /* what is chosen, to the address and from it */
  const query = (to = new URLSearchParams()) => {
    kinds.forEach(kind => { to.delete(kind.name); kind.chosen.forEach(key => to.append(kind.name, key)); });
    to.delete("only");
    only.filter(box => box.checked).forEach(box => to.append("only", box.dataset.only));
    to.delete("q");
    if (field.value.trim()) to.set("q", field.value.trim());
    return to;
  };
  const changed = () => { remember(query); show(); };
  const none = () => {
    kinds.forEach(kind => kind.chosen.clear());
    only.forEach(box => { box.checked = false; });
    field.value = "";
    changed();
  };
  const read = () => {
    const said = address();
    kinds.forEach(kind => { kind.chosen = new Set(said.getAll(kind.name).filter(Boolean)); });
    only.forEach(box => { box.checked = said.getAll("only").includes(box.dataset.only); });
    field.value = said.get("q") ?? "";
    show();
  };

  kinds.forEach(kind => kind.select.addEventListener("change", () => {
    kind.chosen = new Set([kind.select.value].filter(Boolean));
    changed();
  }));
  buttons.forEach(button => button.addEventListener("change", () => {
    const key = people.keys[+button.dataset.person];
    if (button.checked) people.chosen.add(key); else people.chosen.delete(key);
    changed();
  }));
  only.forEach(box => box.addEventListener("change", changed));
  field.addEventListener("input", changed);
  document.addEventListener("opsflow-clear", none);
  told(read);

  /* the menu stays on the screen, and goes away with Escape, or with a click beside it */
  menu?.addEventListener("keydown", event => {
    if (event.key !== "Escape" || !menu.open) return;
    event.preventDefault();
    menu.open = false;
    summary.focus();
  });
  menu?.addEventListener("toggle", () => {
    const box = $(".menu-box", menu);
    box.style.translate = "";
    const over = box.getBoundingClientRect().right - document.documentElement.clientWidth + 16;
    if (menu.open && over > 0) box.style.translate = `${-over}px`;
  });
  document.addEventListener("click", event => { if (menu && !menu.contains(event.target)) menu.open = false; });
  read();
})();
