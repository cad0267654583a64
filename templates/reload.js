/* Only in pages that `opsflow serve` serves: shows the new site as soon as it is built. */
(() => {
  "use strict";
  let first;
  const ask = async () => {
    try {
      const turn = await (await fetch("/_opsflow/turn", { cache: "no-store" })).text();
      if (first !== undefined && turn !== first) return location.reload();
      first = turn;
    } catch { /* the server is gone, or not back yet */ }
    setTimeout(ask, 1000);
  };
  ask();
})();
