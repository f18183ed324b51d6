// What one says to an invitation: yes, perhaps, no, or another time; and to one's own meeting: that it is off.

import * as api from "./api.js";
import { el } from "./dom.js";
import { subjectOf } from "./event.js";
import { ask, checkbox, messageField } from "./question.js";
import { calendars, state } from "./state.js";
import { t } from "./texts.js";
import { dayOf, timeOf, toDate } from "./wall.js";

const LOOKS = { accept: "primary", tentative: "primary", decline: "danger" };

// Which of a series is meant is asked with the rest.
function answersFor(event, label, look) {
  if (!event.seriesId) return [["occurrence", label, look]];
  return [
    ["occurrence", `${label}: ${t("thisEvent").toLowerCase()}`, look],
    ["series", `${label}: ${t("wholeSeries").toLowerCase()}`],
  ];
}

const which = (event, scope) => ({ mailbox: state.mailbox.address, account: event.account, id: event.id, scope });

// Asks, and returns what to do then; null where one thought better of it.
export async function answer(event, what) {
  const message = messageField(t("messageTo", { name: event.organizer }));
  const send = checkbox(t("sendResponse"), event.wantsAnswer, "respond-send");
  const keep = checkbox(t("keepDeclined"), keepsDeclined(event), "respond-keep");
  send.box.addEventListener("change", () => (message.words.disabled = !send.box.checked));
  send.box.disabled = message.words.disabled = !event.wantsAnswer;
  const extras = [message.field, el("div", { class: "checks" }, send.field, what === "decline" && keep.field)];
  const text = t(`ask.${what}`, { subject: subjectOf(event) });
  const scope = await ask(text, answersFor(event, t(`do.${what}`), LOOKS[what]), { extras });
  if (!scope) return null;
  const sent = send.box.checked;
  const values = { ...which(event, scope), do: what, send: sent, message: sent ? message.words.value : "" };
  if (what === "decline") values.keep = keep.box.checked;
  return () => api.answer(values);
}

const keepsDeclined = (event) =>
  state.mailbox.accounts.find((account) => account.address === event.account)?.savesDeclined ?? false;

// Another time, as a tentative answer or a refusal.
export async function propose(event) {
  const [first, last] = [toDate(event.start), toDate(event.end)];
  const input = (type, value, label, name) =>
    el("input", { type, value, required: true, "aria-label": label, "data-testid": name });
  const day = input("date", dayOf(first), t("startDate"), "propose-date");
  const start = input("time", timeOf(first), t("startTime"), "propose-start");
  const end = input("time", timeOf(last), t("endTime"), "propose-end");
  const as = el(
    "select",
    { "data-testid": "propose-as" },
    ...["tentative", "decline"].map((one) => el("option", { value: one }, t(`proposeAs.${one}`))),
  );
  const message = messageField(t("messageTo", { name: event.organizer }));
  const at = (time) => `${day.value}T${time.value}`;
  const check = () => {
    if (!day.value || !start.value || !end.value) return t("needsTimes");
    return at(end) <= at(start) ? t("endsBeforeStart") : "";
  };
  const extras = [
    el("div", { class: "stacked" }, el("span", { class: "label" }, t("proposedTime")), el("div", { class: "span" }, day, start, "–", end)),
    el("label", { class: "stacked" }, el("span", { class: "label" }, t("meanwhile")), as),
    message.field,
  ];
  const text = t("ask.propose", { subject: subjectOf(event) });
  const scope = await ask(text, [["occurrence", t("do.propose"), "primary"]], { extras, check });
  if (!scope) return null;
  const values = { ...which(event, scope), do: as.value, start: at(start), end: at(end), message: message.words.value };
  return () => api.answer(values);
}

// As the organizer: the meeting is off, and the attendees read why.
export async function cancel(event) {
  const message = messageField(t("messageToAll"));
  const text = t("askCancelMeeting", { subject: subjectOf(event) });
  const scope = await ask(text, answersFor(event, t("cancelMeeting"), "danger"), { extras: [message.field] });
  return scope && (() => api.cancel({ ...which(event, scope), message: message.words.value }));
}

// An invitation leaves the calendar: with or without a word to its organizer.
export async function remove(event) {
  const quiet = { ...which(event, "occurrence") };
  const subject = subjectOf(event);
  if (!event.canAnswer || !event.wantsAnswer || event.response === "declined") {
    const found = await ask(t("askDelete", { subject }), answersFor(event, t("removeFromCalendar"), "danger"));
    return found && (() => api.remove({ ...quiet, scope: found }));
  }
  const choices = [
    ["decline", t("declineAndRemove"), "danger"],
    ["occurrence", t("removeQuietly")],
  ];
  if (event.seriesId) choices.push(["series", `${t("removeQuietly")}: ${t("wholeSeries").toLowerCase()}`]);
  const chosen = await ask(t("askRemove", { subject, name: event.organizer }), choices);
  if (chosen === "decline") return () => api.answer({ ...quiet, do: "decline", keep: false });
  return chosen && (() => api.remove({ ...quiet, scope: chosen }));
}

// Into another calendar of the same mailbox; a series goes as a whole.
export async function move(event) {
  const targets = movesTo(event);
  const choice = el(
    "select",
    { "data-testid": "field-move-to" },
    ...targets.map((one) => el("option", { value: one.id }, one.name)),
  );
  const extras = [el("label", { class: "stacked" }, el("span", { class: "label" }, t("calendar")), choice)];
  const text = t(event.seriesId ? "askMoveSeries" : "askMove", { subject: subjectOf(event) });
  const found = await ask(text, [["occurrence", t("move"), "primary"]], { extras });
  return found && (() => api.change({ ...which(event, "occurrence"), calendar: choice.value }));
}

export function movesTo(event) {
  const now = calendars().find((one) => one.id === event.calendar && one.account === event.account);
  if (!now || now.isShared || !event.canChange) return [];
  return calendars().filter((one) => one.account === event.account && one.canEdit && !one.isShared && one.id !== now.id);
}

// The organizer takes a time that an attendee proposed.
export const takeProposal = (event, { start, end }) => () =>
  api.change({ ...which(event, "occurrence"), start, end, allDay: false });
