/* The board's past: a slider over weeks and commits. Its data are loaded when it is first moved; see
   opsflow/site/past.py for their form. Titles only ever become text. */
(() => {
  "use strict";
  const $ = (s, el = document) => el.querySelector(s);
  const { root, load, address, remember, told } = window.opsflow;
  const slider = $("[data-past]"), board = $(".board"), pane = $(".pane");
  if (!slider || !board) return;
  const out = $("[data-when]"), note = $("[data-past-note]"), last = +slider.max;
  const MOST = 60, AWAY = -1;
  const make = (tag, more = {}, ...parts) => {
    const made = Object.assign(document.createElement(tag), more);
    made.append(...parts);
    return made;
  };

  let then, turn = 0;
  const day = ([on]) => new Date(`${on}T12:00Z`).toLocaleDateString("en-GB", { weekday: "short", day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
  const named = stop => stop[1] ? stop[2] : stop[0];

  /* the column in which an item stood, and the stop from which on */
  const stood = (steps, now) => {
    let stop = 0, found = [AWAY, 0];
    for (let k = 0; k < steps.length; k += 2) {
      stop += steps[k];
      if (stop > now) break;
      found = [steps[k + 1], stop];
    }
    return found;
  };
  const card = ([id, title, page]) => {
    const href = page === 0 ? "" : root + (page || `item/${encodeURIComponent(id)}.html`);
    return make("li", { className: "card mini" },
      make("p", { className: "was", dir: "auto" }, href ? make("a", { href, textContent: title }) : title),
      make("div", { className: "card-foot" }, make("span", { className: "id", textContent: id })));
  };
  const column = (title, found, n) => {
    const head = make("h2", { id: `past-${n}`, textContent: title });
    const made = make("section", { className: "col" },
      make("header", { className: "col-head" }, head, make("p", { className: "count" }, make("b", { textContent: String(found.length) }))));
    made.setAttribute("aria-labelledby", head.id);
    const cell = make("div", { className: "cell std" }, make("ul", { className: "cards" }, ...found.slice(0, MOST).map(card)));
    if (found.length > MOST) cell.append(make("p", { className: "all muted", textContent: `and ${found.length - MOST} more` }));
    made.append(cell);
    made.style.setProperty("--n", String(n + 1));
    return made;
  };
  const draw = (about, rows, now) => {
    const found = about.columns.map(() => []);
    rows.forEach(row => {
      const [state, since] = stood(row[3], now);
      if (state !== AWAY) found[state].push([since, row]);
    });
    found.forEach((each, n) => each.sort(([a], [b]) => about.columns[n][1] ? b - a : a - b));
    const shown = about.columns.map(([title], n) => [title, found[n].map(([, row]) => row)])
      .filter(([, each], n) => each.length || n < +slider.dataset.past);
    const made = make("div", { className: "board then" }, ...shown.map(([title, each], n) => column(title, each, n)));
    made.style.setProperty("--cols", String(shown.length));
    made.style.setProperty("--tracks", `repeat(${shown.length}, minmax(11rem, 1fr))`);
    return made;
  };

  const now = () => {
    turn++;
    document.body.classList.remove("is-past");
    then?.remove();
    note.hidden = true;
    out.textContent = "Now";
    slider.setAttribute("aria-valuetext", "Now");
  };
  const show = async () => {
    const at = +slider.value, mine = ++turn;
    if (at >= last) return now();
    let data;
    try { data = await load("past-data"); } catch { data = undefined; }
    if (mine !== turn) return undefined;
    if (!data) {
      slider.value = String(last);
      now();
      out.textContent = "The past cannot be loaded.";
      return undefined;
    }
    const [about, ...rows] = data, stop = about.stops[at];
    const said = `${stop[0]}${stop[1] && ` ${stop[1]}`}`;
    out.textContent = said;
    const spoken = `${day(stop)}${stop[1] && `, ${stop[1]}`}`;
    slider.setAttribute("aria-valuetext", `${spoken}, commit ${stop[2]}`);
    $("[data-day]", note).textContent = `As of ${spoken}`;
    $("[data-commit]", note).textContent = stop[2];
    note.hidden = false;
    then?.remove();
    then = draw(about, rows, at);
    document.body.classList.add("is-past");
    pane.append(then);
    return undefined;
  };
  const moved = () => {
    const at = +slider.value;
    show().then(async () => {
      const stop = at < last && (await load("past-data"))?.[0].stops[at];
      remember(said => stop ? said.set("at", named(stop)) : said.delete("at"));
    });
  };
  slider.addEventListener("input", show);
  slider.addEventListener("change", moved);
  $("[data-now]").addEventListener("click", () => {
    slider.value = String(last);
    moved();
    slider.focus();
  });
  const read = async () => {
    const asked = address().get("at");
    let at = last;
    if (asked) {
      try {
        at = (await load("past-data"))[0].stops.findIndex(stop => stop[2] === asked && stop[1] || stop[0] === asked);
      } catch { at = last; }
    }
    slider.value = String(at < 0 ? last : at);
    await show();
  };
  told(read);
  read();
})();
