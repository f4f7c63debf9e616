"use strict";
// Pages work without this script; it adds sorting, filtering, switching and walking through passages.

function sortable(table) {
  const body = table.tBodies[0];
  const value = (row, column) => {
    const cell = row.cells[column];
    return cell.dataset.v ?? cell.textContent.trim();
  };
  table.tHead.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const head = button.closest("th");
    const column = head.cellIndex;
    const number = button.dataset.sort === "number";
    const first = number ? "descending" : "ascending";
    const order = head.ariaSort === first ? (number ? "ascending" : "descending") : first;
    for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
    head.setAttribute("aria-sort", order);
    const sign = order === "ascending" ? 1 : -1;
    const compare = number
      ? (a, b) => parseFloat(value(a, column)) - parseFloat(value(b, column))
      : (a, b) => value(a, column).localeCompare(value(b, column));
    body.append(...[...body.rows].sort((a, b) => sign * compare(a, b)));
  });
}

function filterable(input, table, status) {
  const rows = [...table.tBodies[0].rows];
  const texts = rows.map((row) => row.dataset.find.toLowerCase());
  input.addEventListener("input", () => {
    const wanted = input.value.toLowerCase().split(/\s+/).filter(Boolean);
    let shown = 0;
    rows.forEach((row, i) => {
      row.hidden = !wanted.every((word) => texts[i].includes(word));
      shown += row.hidden ? 0 : 1;
    });
    status.textContent = wanted.length ? `${shown} of ${rows.length} ${input.dataset.what ?? "articles"}` : "";
  });
}

function switchable() {
  const kinds = document.getElementById("kinds");
  const apply = () => {
    const chosen = kinds.querySelector("input:checked");
    for (const name of document.querySelectorAll(".shown")) name.textContent = chosen.parentElement.textContent.trim();
    for (const cell of document.querySelectorAll(".heat td[data-v]")) {
      const share = Number(cell.dataset.v.split(" ")[Number(chosen.value)]);
      cell.className = `h${Math.min(10, Math.ceil(10 * share / Number(cell.closest("table").dataset.most)))}`;
      cell.firstElementChild.textContent = String(share);
    }
  };
  kinds.addEventListener("change", apply);
  window.addEventListener("pageshow", apply); // after Back the browser has restored the radio, not the numbers
  const levels = document.getElementById("levels");
  const show = (level) => {
    for (const map of document.querySelectorAll(".map")) map.hidden = map.dataset.level !== level;
  };
  const level = () => show(levels.querySelector("input:checked").value);
  levels?.addEventListener("change", level);
  if (levels) window.addEventListener("pageshow", level);
}

function walk() {
  const links = [...document.querySelectorAll(".passages .number")];
  const numbers = links.map((link) => link.dataset.p);
  const status = document.getElementById("status");
  let chosen = -1;
  const centre = (pane, mark) => {
    const away = mark.getBoundingClientRect().top - pane.getBoundingClientRect().top;
    pane.scrollTop += away - pane.clientHeight / 3;
  };
  const choose = (number, keep, focus) => {
    const at = numbers.indexOf(number);
    if (at < 0) return;
    chosen = at;
    for (const mark of document.querySelectorAll(".pane .on")) mark.classList.remove("on");
    for (const side of ["l", "r"]) {
      const pane = document.getElementById(`pane-${side}`);
      const marks = [...pane.querySelectorAll(".m")].filter((m) => m.dataset.all.split(" ").includes(number));
      for (const mark of marks) mark.classList.add("on");
      if (marks.length && pane !== keep) centre(pane, marks[0]);
    }
    if (!keep) document.querySelector(".bar").scrollIntoView();
    const item = links[at].parentElement;
    const said = item.querySelector("q").textContent;
    status.textContent = `Passage ${number} of ${numbers.length}, ${item.querySelector(".m").textContent}: ${said.slice(0, 90)}${said.length > 90 ? " …" : ""}`;
    if (focus) document.querySelector(`#pane-l a.on`)?.focus({ preventScroll: true });
    history.replaceState(null, "", `#p${number}`);
  };
  const step = (by, focus) => choose(numbers[(chosen + by + numbers.length) % numbers.length], null, focus);
  document.getElementById("next").addEventListener("click", () => step(1));
  document.getElementById("prev").addEventListener("click", () => step(chosen < 0 ? 0 : -1));
  document.addEventListener("click", (event) => {
    const mark = event.target.closest(".pane a.m, .passages a.number");
    if (!mark) return;
    event.preventDefault();
    choose(mark.dataset.p, mark.closest(".pane"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "n") step(1, true);
    if (event.key === "p") step(chosen < 0 ? 0 : -1, true);
  });
  const follow = () => choose(location.hash.slice(2));
  window.addEventListener("load", () => setTimeout(() => { // after the browser has scrolled to the fragment itself
    if (/^#[plr]\d+$/.test(location.hash)) follow();
  }));
  window.addEventListener("hashchange", () => {
    if (/^#[plr]\d+$/.test(location.hash)) follow();
  });
}

const table = document.getElementById("table");
if (table) {
  sortable(table);
  filterable(document.getElementById("find"), table, document.getElementById("found"));
  switchable();
}
for (const other of document.querySelectorAll("table.sortable")) sortable(other);
for (const input of document.querySelectorAll("input.find")) {
  filterable(input, document.getElementById(input.dataset.for), input.closest("p").querySelector(".found"));
}
if (document.querySelector(".pair")) walk();
