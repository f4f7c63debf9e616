"use strict";
// The page lists all changes without this script; it adds choosing by class and by pair.

const rows = [...document.querySelectorAll("#changes tr[data-kind]")];
const groups = [...document.querySelectorAll("#changes tbody")];
const choose = document.getElementById("choose");
if (choose) {
  const kind = document.getElementById("kind");
  const pair = document.getElementById("pair");
  const apply = () => {
    let shown = 0;
    for (const row of rows) {
      const other = pair.value && row.parentNode.dataset.pair !== pair.value;
      row.hidden = (kind.value && row.dataset.kind !== kind.value) || other;
      shown += row.hidden ? 0 : 1;
    }
    for (const group of groups) {
      group.hidden = ![...group.querySelectorAll("tr[data-kind]")].some((row) => !row.hidden);
    }
    document.getElementById("left").textContent = `${shown} of ${rows.length} changes`;
  };
  choose.hidden = false;
  choose.addEventListener("change", apply);
  window.addEventListener("pageshow", apply); // after Back the browser restores what was chosen
}
