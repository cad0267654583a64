/* Before the first paint: scripts are on, and the reader's own choice of light or dark, if there is one. */
document.documentElement.className = "js";
try { document.documentElement.dataset.theme = localStorage.theme || ""; } catch { /* private window */ }
