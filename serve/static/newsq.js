// What the pages can do without a script, keys and dragging make quicker. What is asked lives in
// addresses alone; a browser keeps how its user wants the pages: colours, and whether keys count.
"use strict";

const kept = {
  get: (name) => {
    try {
      return localStorage.getItem(`newsq.${name}`) || "";
    } catch {
      return ""; // the browser keeps nothing
    }
  },
  set: (name, value) => {
    try {
      localStorage.setItem(`newsq.${name}`, value);
    } catch {
      // as above
    }
  },
};

const paint = () => {
  document.documentElement.dataset.colours = kept.get("colours");
};
paint(); // before anything is seen

// Steps through what matched, by buttons and by keys.

function stepsThrough(marks) {
  const steps = document.querySelector(".steps");
  const told = steps.querySelector("[role=status]");
  let at = marks.findIndex((mark) => `#${mark.id}` === location.hash);

  const show = () => {
    marks.forEach((mark, number) => mark.classList.toggle("here", number === at));
    if (at >= 0) told.textContent = `${at + 1} of ${marks.length}`;
  };
  const step = (by) => {
    at = at < 0 ? (by > 0 ? 0 : marks.length - 1) : (at + by + marks.length) % marks.length;
    show();
    marks[at].scrollIntoView({ block: "center" });
    return marks[at];
  };

  show();
  steps.querySelectorAll("button").forEach((button) => {
    button.hidden = false;
    button.addEventListener("click", () => step(Number(button.dataset.step)));
  });
  const goTo = (hash) => {
    const found = marks.findIndex((mark) => `#${mark.id}` === hash);
    if (found >= 0) at = found;
    show();
  };
  window.addEventListener("hashchange", () => goTo(location.hash));
  // A link to where the address points already changes no address.
  steps.querySelectorAll("a").forEach((link) => {
    link.addEventListener("click", () => goTo(link.hash));
  });
  return (by) => {
    const mark = step(by);
    mark.tabIndex = -1; // so that it is read out, and the next Tab goes on from it
    mark.focus({ preventScroll: true });
  };
}

function stepsThroughTitles(titles) {
  // Where the keys begin: at the story that the address names, or the first that is seen.
  const start = () => {
    const named = titles.findIndex((title) => `#${title.id}` === location.hash);
    if (named >= 0) return named;
    const seen = titles.findIndex((title) => title.getBoundingClientRect().top >= 0);
    return seen >= 0 ? seen : titles.length;
  };
  return (by) => {
    const at = titles.indexOf(document.activeElement);
    const next = at >= 0 ? at + by : by > 0 ? start() : start() - 1;
    titles[Math.min(Math.max(next, 0), titles.length - 1)].focus();
  };
}

// Keys: / to the search box, j and k through stories or matches, Escape back.

function listen(step) {
  const box = document.getElementById("q");
  const back = document.querySelector("a[rel=up]");
  const isTyping = (target) =>
    target.closest("input, textarea, select, [contenteditable]") !== null;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (isTyping(event.target)) {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (kept.get("keys") === "off") return;
    const by = { j: 1, k: -1 }[event.key];
    if (event.key === "/") {
      event.preventDefault();
      box.focus();
      box.select();
    } else if (by && step) {
      step(by);
    } else if (event.key === "Escape" && back) {
      location.assign(back.href);
    }
  });
}

// Dragging over the time line takes a span of it.

function dragging(chart) {
  const shade = chart.querySelector(".span");
  const fields = ["since", "until"].map((name) =>
    chart.parentNode.querySelector(`.dates [name=${name}]`),
  );
  let typed = [];
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
  const span = () => [periods[Math.min(from, to)], periods[Math.max(from, to)]];
  const draw = () => {
    const [first, last] = from < 0 || from === to ? [] : span();
    shade.setAttribute("x", first ? first.x : 0);
    shade.setAttribute("width", first ? last.x - first.x + 10 : 0);
    fields[0].value = first ? first.first : typed[0];
    fields[1].value = last ? last.last : typed[1];
  };
  const stop = () => {
    if (from < 0) return;
    from = to = -1;
    draw();
  };

  chart.addEventListener("dragstart", (event) => event.preventDefault());
  chart.addEventListener("pointerdown", (event) => {
    if (event.button !== 0 || !event.isPrimary) return;
    typed = fields.map((field) => field.value);
    from = to = under(event);
  });
  window.addEventListener("pointermove", (event) => {
    if (from < 0) return;
    to = under(event);
    draw();
  });
  window.addEventListener("pointerup", () => {
    const [first, last] = from < 0 || from === to ? [] : span();
    stop(); // so that who comes back finds it as it was
    if (!first) return;
    const address = new URL(chart.dataset.address, location.href);
    address.searchParams.set("since", first.first);
    address.searchParams.set("until", last.last);
    location.assign(address);
  });
  window.addEventListener("pointercancel", stop);
  window.addEventListener("keydown", (event) => {
    if (event.key === "Escape") stop();
  });
}

// How the user of this browser wants the pages.

function wishes(section) {
  const keys = section.querySelector("#keys");
  const colours = section.querySelector("#colours");
  section.hidden = false;
  keys.checked = kept.get("keys") !== "off";
  keys.addEventListener("change", () => kept.set("keys", keys.checked ? "" : "off"));
  colours.value = kept.get("colours");
  colours.addEventListener("change", () => {
    kept.set("colours", colours.value);
    paint();
  });
}

document.addEventListener("DOMContentLoaded", () => {
  const marks = [...document.querySelectorAll("mark[id]")];
  const titles = [...document.querySelectorAll(".hits h2 a")];
  listen(titles.length ? stepsThroughTitles(titles) : marks.length ? stepsThrough(marks) : null);
  document.querySelectorAll(".timeline svg").forEach(dragging);
  document.querySelectorAll("#here").forEach(wishes);
});
