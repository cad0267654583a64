/* Before the first paint: scripts are on; the reader's own choice of light or dark, if there is one; and
   what stays folded: the board's summary, where a low window would have no room for cards below it. */
document.documentElement.className = "js";
try { document.documentElement.dataset.theme = localStorage.theme || ""; } catch { /* private window */ }
{
  let today = "";
  try { today = localStorage["fold-today"]; } catch { /* private window */ }
  today ||= matchMedia("(min-width: 48rem) and (max-height: 55.99rem)").matches ? "shut" : "open";
  document.documentElement.classList.toggle("shut-today", today === "shut");
}
