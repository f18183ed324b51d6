// Above the calendar: today, previous, next, the title, the views.

import { byId, el, icon } from "./dom.js";
import { t } from "./texts.js";

export const VIEWS = { day: "timeGridDay", week: "timeGridWeek", month: "dayGridMonth" };

export function render(calendar) {
  const view = calendar.view;
  const button = (name, label, onclick, ...content) =>
    el("button", { type: "button", class: "quiet", "data-testid": name, "aria-label": label, title: label, onclick }, ...content);
  const views = Object.entries(VIEWS).map(([name, type]) =>
    el(
      "button",
      { type: "button", "aria-pressed": String(view.type === type), "data-testid": `view-${name}`, onclick: () => calendar.changeView(type) },
      t(name),
    ),
  );
  const focused = document.activeElement?.closest?.("#commands") ? document.activeElement.dataset.testid : null;
  byId("commands").replaceChildren(
    el("button", { type: "button", class: "secondary", "data-testid": "today", onclick: () => calendar.today() }, t("today")),
    el("span", { class: "pair" },
      button("previous", t("previous"), () => calendar.prev(), icon("previous")),
      button("next", t("next"), () => calendar.next(), icon("next"))),
    el("h1", { "aria-live": "polite", "data-testid": "title" }, view.title),
    el("span", { class: "grow" }),
    el("span", { class: "views", role: "group", "aria-label": t("view") }, ...views),
  );
  if (focused) byId("commands").querySelector(`[data-testid="${focused}"]`)?.focus();
}
