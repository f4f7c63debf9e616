"use strict";
// The page lists all changes without this script; it adds choosing by class and by pair.

const rows = [...document.querySelectorAll("#changes tbody tr")];
const choose = document.getElementById("choose");
if (choose) {
  const kind = document.getElementById("kind");
  const pair = document.getElementById("pair");
  const apply = () => {
    let shown = 0;
    for (const row of rows) {
      row.hidden = (kind.value && row.dataset.kind !== kind.value) || (pair.value && row.dataset.pair !== pair.value);
      shown += row.hidden ? 0 : 1;
    }
    document.getElementById("left").textContent = `${shown} of ${rows.length} changes`;
  };
  choose.hidden = false;
  choose.addEventListener("change", apply);
  window.addEventListener("pageshow", apply); // after Back the browser restores what was chosen
}
