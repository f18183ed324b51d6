// How an event looks in the grid, and what its name is to those who hear it.

import { el, icon, tinted } from "./dom.js";
import { calendarOf } from "./state.js";
import { t } from "./texts.js";
import { clock, span, toDate } from "./wall.js";

export function subjectOf(event) {
  if (event.isHidden) return t("privateAppointment");
  return event.subject || t("noSubject");
}

// The words beside the colours: what is not plain "busy" is said.
export function statusText(event) {
  if (event.isCancelled) return t("cancelled");
  if (isDeclined(event)) return t("response.declined");
  return event.showAs === "busy" ? "" : t(`status.${event.showAs}`);
}

export const isDeclined = (event) => !event.isOrganizer && event.response === "declined";

export const unanswered = (event) =>
  !event.isOrganizer && !event.isCancelled && ["none", "notResponded"].includes(event.response);

// Nobody will come, or not this person: its subject is struck out.
export const isOff = (event) => event.isCancelled || isDeclined(event);

function description(event) {
  const calendar = calendarOf(event);
  return [
    span(toDate(event.start), toDate(event.end), event.allDay),
    statusText(event),
    unanswered(event) && t("you.notResponded"),
    event.location,
    calendar?.name,
    event.isPrivate && t("isPrivate"),
    event.seriesId && t(event.isException ? "isException" : "isSeries"),
    event.isBooking && t("booked"),
  ].filter(Boolean).join(", ");
}

export function classesOf(event) {
  return [
    "entry",
    `shows-${event.showAs}`,
    event.isCancelled && "is-cancelled",
    unanswered(event) && "is-unanswered",
    isDeclined(event) && !event.isCancelled && "is-declined",
    event.isBooking && "is-booking",
  ].filter(Boolean).join(" ");
}

// The content of one event: `info` is FullCalendar's.
export function content(info) {
  const event = info.event.extendedProps.data;
  if (!event) return el("div", { class: "entry-body" });
  const inMonth = info.view.type === "dayGridMonth";
  const calendar = calendarOf(event);
  const status = statusText(event);
  const start = info.event.start;
  const time = event.allDay || !info.isStart ? "" : inMonth || info.isMirror ? clock(start) : "";
  const subject = el("span", { class: "subject" }, isOff(event) ? el("s", {}, subjectOf(event)) : subjectOf(event));
  const extra = [status, event.location].filter(Boolean);
  const body = el(
    "div",
    {
      class: `entry-body ${event.allDay || inMonth ? "row" : "column"}${info.isShort ? " short" : ""}`,
      "data-testid": `event-${subjectOf(event)}`,
      "data-id": event.id,
      "data-calendar": calendar?.name ?? "",
      "data-account": event.account,
      "data-start": event.start,
      "data-show-as": event.showAs,
      "data-response": event.response,
      title: `${subjectOf(event)}\n${description(event)}`,
    },
    el("span", { class: "status-bar" }),
    time && el("span", { class: "time" }, time),
    subject,
    extra.length > 0 && el("span", { class: "extra", "aria-hidden": "true" }, extra.join(" · ")),
    el("span", { class: "heard" }, `, ${description(event)}`),
    el(
      "span",
      { class: "signs" },
      event.isPrivate && icon("lock"),
      event.seriesId && icon(event.isException ? "exception" : "series"),
      event.attendees.length > 0 && !event.seriesId && !event.isPrivate && icon("people"),
      event.isBooking && el("span", { class: "booked-dot" }, "C"),
    ),
  );
  return tinted(body, calendar?.color ?? "#0f6cbd");
}
