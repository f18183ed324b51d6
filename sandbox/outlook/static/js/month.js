// The small month of the pane: a grid of days that the arrow keys walk.

import { el, icon } from "./dom.js";
import { t } from "./texts.js";
import { addDays, dayOf, format, toDate } from "./wall.js";

const KEYS = { ArrowLeft: -1, ArrowRight: 1, ArrowUp: -7, ArrowDown: 7 };

// `shown` is any day of the month; `from` and `to` (exclusive) the days that the calendar shows; `today` this day.
export function miniMonth({ shown, from, to, today, firstDay, onShow, onChoose }) {
  const first = new Date(Date.UTC(shown.getUTCFullYear(), shown.getUTCMonth(), 1));
  const start = addDays(first, -((first.getUTCDay() - firstDay + 7) % 7));
  const turn = (step) => onShow(new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + step, 1)));
  const days = Array.from({ length: 42 }, (_, index) => addDays(start, index));
  const grid = el(
    "div",
    { class: "days", role: "group", "aria-label": format(first, { month: "long", year: "numeric" }) },
    ...days.slice(0, 7).map((day) => el("span", { class: "weekday", "aria-hidden": "true" }, format(day, { weekday: "narrow" }))),
    ...days.map((day) => button(day, { first, from, to, today, onChoose })),
  );
  grid.addEventListener("keydown", (event) => walk(event, grid));
  return el(
    "section",
    { class: "mini" },
    el(
      "div",
      { class: "mini-title" },
      el("b", { "aria-live": "polite" }, format(first, { month: "long", year: "numeric" })),
      arrow("up", t("previousMonth"), () => turn(-1)),
      arrow("down", t("nextMonth"), () => turn(1)),
    ),
    grid,
  );
}

function arrow(shape, label, onclick) {
  return el("button", { type: "button", class: "quiet", "aria-label": label, "data-focus": `month-${shape}`, onclick }, icon(shape));
}

function button(day, { first, from, to, today, onChoose }) {
  const name = dayOf(day);
  const isToday = name === dayOf(today);
  const inRange = day >= from && day < to;
  const classes = ["day", inRange && "shown", isToday && "today", day.getUTCMonth() !== first.getUTCMonth() && "other"];
  const tabbed = inRange ? dayOf(from) === name || (from < first && day.getUTCDate() === 1) : false;
  return el(
    "button",
    {
      type: "button",
      class: classes.filter(Boolean).join(" "),
      "aria-label": format(day, { weekday: "long", day: "numeric", month: "long", year: "numeric" }),
      "aria-current": isToday ? "date" : null,
      tabindex: tabbed || (isToday && !(today >= from && today < to)) ? "0" : "-1",
      "data-day": name,
      "data-focus": `day-${name}`,
      onclick: () => onChoose(day),
    },
    String(day.getUTCDate()),
  );
}

function walk(event, grid) {
  const step = KEYS[event.key];
  const at = event.target.dataset?.day;
  if (!step || !at) return;
  event.preventDefault();
  grid.querySelector(`[data-day="${dayOf(addDays(toDate(`${at}T00:00:00`), step))}"]`)?.focus();
}
