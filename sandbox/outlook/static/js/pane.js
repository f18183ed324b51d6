// The left pane: New event, a small month, and every calendar by account.

import { byId, el, icon, tinted } from "./dom.js";
import { miniMonth } from "./month.js";
import { isTicked, state, tick } from "./state.js";
import { groupName, t } from "./texts.js";

const PHONE = matchMedia("(max-width: 639px)");
const closed = new Set();

export function setUp() {
  const toggle = byId("pane-toggle");
  toggle.append(icon("menu"));
  toggle.setAttribute("aria-label", t("showPane"));
  toggle.addEventListener("click", () => open(document.body.classList.contains("pane-closed")));
  byId("scrim").addEventListener("click", () => open(false));
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && PHONE.matches && !document.querySelector("dialog[open], :popover-open")) open(false);
  });
  PHONE.addEventListener("change", () => open(!PHONE.matches));
  open(!PHONE.matches);
}

export function open(opened) {
  document.body.classList.toggle("pane-closed", !opened);
  byId("pane-toggle").setAttribute("aria-expanded", String(opened));
  byId("pane").inert = !opened;
}

export function closeOnPhone() {
  if (PHONE.matches) open(false);
}

export function render({ onNew, onTick, month }) {
  const pane = byId("pane");
  const scrolled = pane.scrollTop;
  const focused = pane.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
  const create = el(
    "button",
    { type: "button", class: "primary new", "data-testid": "new-event", "data-focus": "new", onclick: onNew },
    icon("add"),
    t("newEvent"),
  );
  pane.setAttribute("aria-label", t("calendars"));
  pane.replaceChildren(create, miniMonth(month), ...state.mailbox.accounts.map((one) => account(one, onTick)));
  pane.scrollTop = scrolled;
  if (focused) pane.querySelector(`[data-focus="${CSS.escape(focused)}"]`)?.focus();
}

function account(one, onTick) {
  const groups = Map.groupBy
    ? Map.groupBy(one.calendars, (calendar) => calendar.group)
    : one.calendars.reduce((map, c) => map.set(c.group, [...(map.get(c.group) ?? []), c]), new Map());
  const summary = el(
    "summary",
    { "data-focus": `account-${one.address}` },
    icon("down"),
    el("span", {}, el("b", {}, t(one.kind)), el("small", {}, one.address)),
  );
  const details = el(
    "details",
    { class: "account-group", "data-testid": `account-${one.address}`, open: !closed.has(one.address) },
    summary,
    ...[...groups].map(([name, calendars]) => group(name, calendars, onTick)),
  );
  details.addEventListener("toggle", () => (details.open ? closed.delete(one.address) : closed.add(one.address)));
  return details;
}

function group(name, calendars, onTick) {
  const label = groupName(name);
  return el(
    "fieldset",
    { class: "group" },
    el("legend", {}, label),
    ...calendars.map((calendar) => row(calendar, onTick)),
  );
}

function row(calendar, onTick) {
  const change = (event) => {
    tick(calendar, event.target.checked);
    onTick();
  };
  const box = el("input", {
    type: "checkbox",
    checked: isTicked(calendar),
    "data-testid": `calendar-${calendar.name}`,
    "data-focus": `calendar-${calendar.id}`,
    onchange: change,
  });
  const notes = [];
  if (calendar.isShared) notes.push(el("small", {}, t("shared", { owner: calendar.owner })));
  const lock = calendar.canEdit ? null : el("span", { class: "mark", title: t("readOnly") }, icon("lock", t("readOnly")));
  const words = el("span", { class: "words" }, el("span", { class: "name" }, calendar.name), ...notes);
  return tinted(el("label", { class: "calendar" }, box, el("span", { class: "tick" }, icon("check")), words, lock), calendar.color);
}
