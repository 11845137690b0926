// Feeds put in order on the page: dragged by a grip, or moved by the arrows of their row. The whole
// order is then shown as one change. Without script each arrow asks for its own step.

const form = document.getElementById("order");
const said = form?.querySelector("[role=status]");
const touched = new Set();

function moved(row) {
  const list = row.parentElement;
  const rows = [...list.children];
  const name = row.querySelector("h3").textContent;
  touched.add(list);
  form.elements.order.value = [...touched]
    .flatMap((each) => [...each.children].map((one) => one.dataset.feed))
    .join("\n");
  form.hidden = false;
  said.textContent = `${name} is now ${rows.indexOf(row) + 1} of ${rows.length}.`;
}

// Only the neighbours are moved, so that the row keeps its focus and the pointer.
function up(row) {
  const before = row.previousElementSibling;
  if (before) row.after(before);
  return before;
}

function down(row) {
  const after = row.nextElementSibling;
  if (after) row.before(after);
  return after;
}

const middle = (row) => {
  const { top, height } = row.getBoundingClientRect();
  return top + height / 2;
};

function grip(row) {
  const made = document.createElement("span");
  made.className = "grip";
  made.title = "Drag to another place";
  made.setAttribute("aria-hidden", "true");
  made.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    event.preventDefault();
    made.setPointerCapture(event.pointerId);
    row.classList.add("dragged");
    const drag = ({ clientY: y }) => {
      if (y < 60) scrollBy(0, -12);
      if (y > innerHeight - 60) scrollBy(0, 12);
      while (row.previousElementSibling && y < middle(row.previousElementSibling)) up(row);
      while (row.nextElementSibling && y > middle(row.nextElementSibling)) down(row);
    };
    const from = [...row.parentElement.children].indexOf(row);
    const drop = () => {
      made.removeEventListener("pointermove", drag);
      row.classList.remove("dragged");
      if ([...row.parentElement.children].indexOf(row) !== from) moved(row);
    };
    made.addEventListener("pointermove", drag);
    made.addEventListener("lostpointercapture", drop, { once: true });
  });
  return made;
}

if (form) {
  for (const row of document.querySelectorAll("[data-feed]")) {
    if (row.parentElement.children.length < 2) continue;
    row.querySelector(".does").append(grip(row));
  }
  document.addEventListener("click", (event) => {
    const button = event.target.closest(".does [value=up], .does [value=down]");
    if (!button) return;
    event.preventDefault();
    const row = button.closest("[data-feed]");
    if (button.value === "up" ? up(row) : down(row)) moved(row);
  });
}
