// The card that opens beside an event.

import { byId, el, icon, tinted } from "./dom.js";
import { isOff, statusText, subjectOf } from "./event.js";
import { movesTo } from "./respond.js";
import { calendarOf, state } from "./state.js";
import { locale, t } from "./texts.js";
import { addDays, format, span, toDate } from "./wall.js";

const DAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
const A_MONDAY = toDate("2024-01-01T00:00:00");

// `on`: { edit, remove, cancel, move, propose (event), answer(event, what), takeProposal(event, slot) }
export function open(event, anchor, on) {
  const card = byId("details");
  card.hidePopover();
  card.replaceChildren(head(event), body(event, on), foot(event, on));
  card.setAttribute("aria-label", subjectOf(event));
  tinted(card, calendarOf(event)?.color ?? "#0f6cbd");
  card.showPopover();
  place(card, anchor);
  card.querySelector("[data-testid=close-details]").focus();
}

export function close() {
  byId("details").hidePopover();
}

let closedAt = -Infinity;
byId("details").addEventListener("toggle", (event) => {
  if (event.newState === "closed") closedAt = performance.now();
});

// A click beside the card closes it and means no more than that.
export const hasJustClosed = () => performance.now() - closedAt < 500;

// Beside the event, within the window; a phone's style sheet puts it at the bottom instead.
function place(card, anchor) {
  const at = anchor.getBoundingClientRect();
  const gap = 8;
  const { offsetWidth: width, offsetHeight: height } = card;
  const left = at.right + gap + width < innerWidth ? at.right + gap : Math.max(gap, at.left - gap - width);
  const top = Math.max(gap, Math.min(at.top, innerHeight - height - gap));
  card.style.setProperty("--left", `${left}px`);
  card.style.setProperty("--top", `${top}px`);
}

function head(event) {
  const title = isOff(event) ? el("s", {}, subjectOf(event)) : subjectOf(event);
  return el(
    "header",
    {},
    el("h2", { "data-testid": "details-subject" }, title),
    el(
      "button",
      { type: "button", class: "quiet", "aria-label": t("close"), "data-testid": "close-details", onclick: close },
      icon("close"),
    ),
  );
}

function line(shape, ...content) {
  return el("div", { class: "line" }, icon(shape), el("div", {}, ...content));
}

function body(event, on) {
  const calendar = calendarOf(event);
  const chips = [
    event.isBooking && el("span", { class: "chip booked", "data-testid": "booked-tag" }, t("booked")),
    (statusText(event) || event.showAs === "busy") &&
      el("span", { class: `chip shows-${event.showAs}` }, el("span", { class: "status-bar" }), statusText(event) || t("status.busy")),
    event.isPrivate && el("span", { class: "chip" }, icon("lock"), t("isPrivate")),
  ];
  return el(
    "div",
    { class: "details-body" },
    el("div", { class: "chips" }, ...chips),
    event.canAnswer && answers(event, on),
    event.farewell && line("note", el("q", { "data-testid": "farewell" }, event.farewell)),
    line("clock", span(toDate(event.start), toDate(event.end), event.allDay),
      el("small", { "data-testid": "details-zone" }, event.allDay ? "" : zoneName(event))),
    event.recurrence && line(event.isException ? "exception" : "series", pattern(event.recurrence),
      event.isException && el("small", {}, t("isException"))),
    event.location && line("place", event.location),
    event.joinUrl && line("video", el("a", { class: "primary", href: event.joinUrl, target: "_blank", rel: "noopener noreferrer", "data-testid": "join" }, t("join"))),
    line("calendar", el("span", { class: "swatch" }), calendar?.name ?? "",
      el("small", {}, calendar?.isShared ? t("shared", { owner: calendar.owner }) : event.account)),
    attendees(event, on),
    event.note && line("note", el("span", { class: "note" }, event.note)),
  );
}

function zoneName(event) {
  const parts = new Intl.DateTimeFormat(locale, { timeZone: state.mailbox.zone, timeZoneName: "long" }).formatToParts(toDate(event.start));
  return parts.find((part) => part.type === "timeZoneName")?.value ?? state.mailbox.zone;
}

function pattern({ type, interval, days }) {
  if (type === "weekly" && interval === 1 && DAYS.slice(0, 5).every((day) => days.includes(day)) && days.length === 5) {
    return t("weekdays");
  }
  const names = days.map((day) => format(addDays(A_MONDAY, DAYS.indexOf(day)), { weekday: "long" }));
  const list = new Intl.ListFormat(locale).format(names);
  return t(`${interval > 1 ? "everyN" : "every"}.${type}`, { n: interval, days: list });
}

const ANSWERS = { accept: ["accepted", "check"], tentative: ["tentativelyAccepted", "unread"], decline: ["declined", "close"] };

// The invitation's own buttons; the answer that was given is pressed.
function answers(event, on) {
  const button = (name, label, shape, pressed, onclick) =>
    el("button", { type: "button", "aria-pressed": pressed, "data-testid": `respond-${name}`, onclick }, icon(shape), label);
  const buttons = Object.entries(ANSWERS).map(([what, [response, shape]]) =>
    button(what, t(`do.${what}`), shape, String(event.response === response), () => on.answer(event, what)),
  );
  const proposes = event.takesProposals && !event.allDay;
  return el(
    "div",
    { class: "respond", role: "group", "aria-label": t("yourAnswer") },
    ...buttons,
    proposes && button("propose", t("do.propose"), "clock", null, () => on.propose(event)),
  );
}

function proposal(event, one, on) {
  if (!one.proposed) return null;
  const [start, end] = [toDate(one.proposed.start), toDate(one.proposed.end)];
  const take = el(
    "button",
    { type: "button", class: "secondary small", "data-testid": `take-proposal-${one.address}`, onclick: () => on.takeProposal(event, one.proposed) },
    t("takeProposal"),
  );
  return el(
    "div",
    { class: "proposal", "data-testid": `proposal-${one.address}` },
    t("proposes", { time: span(start, end, false) }),
    event.canChange && event.isOrganizer && !event.seriesId && take,
  );
}

function attendees(event, on) {
  if (!event.attendees.length && event.isOrganizer) return null;
  const signs = { accepted: "check", declined: "close", tentativelyAccepted: "unread" };
  // Nobody but the organizer sees the others' answers.
  const known = event.attendees.map((one) => {
    const own = one.address.toLowerCase() === event.account.toLowerCase();
    return { ...one, response: event.isOrganizer ? one.response : own ? event.response : "" };
  });
  const people = known.map((one) =>
    el(
      "li",
      { class: one.response && `answer-${one.response}`, "data-testid": `attendee-${one.address}` },
      el("span", { class: "answer" }, signs[one.response] ? icon(signs[one.response]) : "–"),
      el(
        "span",
        {},
        one.name, " ", el("small", {}, one.response && t(`response.${one.response}`)),
        one.comment && el("q", {}, one.comment),
        proposal(event, one, on),
      ),
    ),
  );
  const own = event.isOrganizer ? null : el("small", {}, t(`you.${event.response}`));
  return line(
    "people",
    el("span", {}, t("organizedBy", { name: event.organizer })),
    own,
    people.length > 0 && el("ul", { class: "attendees", "aria-label": t("attendees") }, ...people),
  );
}

function foot(event, on) {
  if (!event.canChange) {
    return el("footer", {}, el("small", { class: "mark", "data-testid": "read-only" }, icon("lock"), t("readOnly")));
  }
  const meeting = event.isOrganizer && event.attendees.length > 0 && !event.isCancelled;
  const button = (name, look, shape, label, act) =>
    el("button", { type: "button", class: look, "data-testid": `${name}-event`, onclick: () => act(event) }, icon(shape), label);
  return el(
    "footer",
    {},
    !event.isCancelled && button("edit", "primary", "edit", t("edit"), on.edit),
    meeting && button("cancel", "secondary", "close", t("cancelMeeting"), on.cancel),
    button("delete", "secondary", "bin", t(event.isOrganizer ? "remove" : "removeFromCalendar"), on.remove),
    !event.isCancelled && movesTo(event).length > 0 && button("move", "secondary", "calendar", t("moveTo"), on.move),
  );
}
