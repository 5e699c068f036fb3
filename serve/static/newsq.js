// What the pages can do without a script, keys and dragging make quicker. No state lives here:
// each thing that is done leads to an address.
"use strict";

const box = document.getElementById("q");
const back = document.querySelector("a[rel=up]");
const marks = [...document.querySelectorAll("mark[id]")];
const titles = [...document.querySelectorAll(".hits h2 a")];

// Keys: / to the search box, j and k through stories or matches, Escape back.

const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;

function stepThroughTitles(by) {
  const at = titles.indexOf(document.activeElement);
  const next = at < 0 ? (by > 0 ? 0 : titles.length - 1) : at + by;
  titles[Math.min(Math.max(next, 0), titles.length - 1)].focus();
}

function stepThroughMarks(by) {
  const at = marks.findIndex((mark) => mark.classList.contains("here"));
  const next = marks[(at + by + marks.length + (at < 0 && by < 0 ? 1 : 0)) % marks.length];
  marks.forEach((mark) => mark.classList.toggle("here", mark === next));
  next.scrollIntoView({ block: "center" });
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (isTyping(event.target)) {
    if (event.key === "Escape") event.target.blur();
    return;
  }
  const by = { j: 1, k: -1 }[event.key];
  if (event.key === "/") {
    event.preventDefault();
    box.focus();
    box.select();
  } else if (by && titles.length) {
    stepThroughTitles(by);
  } else if (by && marks.length) {
    stepThroughMarks(by);
  } else if (event.key === "Escape" && back) {
    location.assign(back.href);
  }
});

// Dragging over the time line takes a span of it.

function dragging(chart) {
  const shade = chart.querySelector(".span");
  const periods = [...chart.querySelectorAll(".room")].map((room) => {
    const told = room.dataset.first ? room : room.parentNode;
    return { x: Number(room.getAttribute("x")), ...told.dataset };
  });
  let from = -1;
  let to = -1;

  const under = (event) => {
    const frame = chart.getBoundingClientRect();
    const at = Math.floor(((event.clientX - frame.left) / frame.width) * periods.length);
    return Math.min(Math.max(at, 0), periods.length - 1);
  };
  const draw = () => {
    const [first, last] = [Math.min(from, to), Math.max(from, to)];
    shade.setAttribute("x", from < 0 ? 0 : periods[first].x);
    shade.setAttribute("width", from < 0 || from === to ? 0 : periods[last].x - periods[first].x + 10);
  };
  const stop = () => {
    from = to = -1;
    draw();
  };

  chart.addEventListener("dragstart", (event) => event.preventDefault());
  chart.addEventListener("pointerdown", (event) => {
    if (event.button === 0 && event.pointerType !== "touch") from = to = under(event);
  });
  window.addEventListener("pointermove", (event) => {
    if (from < 0) return;
    to = under(event);
    draw();
  });
  window.addEventListener("pointerup", () => {
    if (from < 0 || from === to) return stop();
    const address = new URL(chart.dataset.address, location.href);
    address.searchParams.set("since", periods[Math.min(from, to)].first);
    address.searchParams.set("until", periods[Math.max(from, to)].last);
    location.assign(address);
  });
  window.addEventListener("pointercancel", stop);
}

document.querySelectorAll(".timeline svg").forEach(dragging);
