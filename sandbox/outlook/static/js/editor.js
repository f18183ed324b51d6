// The form for a new event and for changing one.

import * as api from "./api.js";
import { byId, el, icon } from "./dom.js";
import { calendars, calendarOf, state, writable } from "./state.js";
import { errorText, t } from "./texts.js";
import { addDays, dayOf, MINUTE, timeOf, toDate } from "./wall.js";

const STATUSES = ["free", "tentative", "busy", "oof", "workingElsewhere"];
const ADDRESS = /^[^\s@<>"',;]{1,64}@[^\s@<>"',;]{1,190}$/;

// Opens the form; `done` runs after the sandbox took it. `event` is null for a new one, `scope` series or occurrence.
export function open({ event = null, scope = "occurrence", start, end, allDay = false, done }) {
  const dialog = byId("editor");
  const form = { event, scope, fields: {} };
  build(form, event ? toDate(event.start) : start, event ? toDate(event.end) : end, event ? event.allDay : allDay);
  const submit = async (submitted) => {
    submitted.preventDefault();
    await save(form, dialog, done);
  };
  const title = event ? t(scope === "series" ? "editSeries" : "editEvent") : t("newEvent");
  dialog.replaceChildren(
    el(
      "form",
      { method: "dialog", novalidate: true, onsubmit: submit },
      el("h2", { id: "editor-title" }, title),
      ...form.rows,
      (form.error = el("p", { class: "form-error", role: "alert", "data-testid": "form-error", hidden: true })),
      el(
        "div",
        { class: "actions" },
        (form.saveButton = el("button", { type: "submit", class: "primary", "data-testid": "save-event" }, "")),
        el("button", { type: "button", class: "secondary", "data-testid": "discard-event", onclick: () => dialog.close() }, t("discard")),
      ),
    ),
  );
  const name = () => (form.saveButton.textContent = t(form.fields.invitees?.value.trim() ? "send" : "save"));
  form.fields.invitees?.addEventListener("input", name);
  name();
  dialog.setAttribute("aria-labelledby", "editor-title");
  dialog.showModal();
  (form.fields.subject ?? form.fields.showAs).focus();
}

function labelled(label, field, shape = "") {
  return el("label", { class: "field" }, shape && icon(shape), el("span", { class: "label" }, label), field);
}

function build(form, start, end, allDay) {
  const { event } = form;
  const organizer = !event || event.isOrganizer;
  const own = [status(form), secrecy(form)];
  form.rows = organizer
    ? [subject(form), invitees(form), ...times(form, start, end, allDay), ...(event?.seriesId ? [] : [repeat(form)]), place(form), el("div", { class: "columns" }, ...own), calendarChoice(form), note(form)]
    : [el("p", { class: "heading" }, event.subject), el("p", { class: "soft" }, t("organizedBy", { name: event.organizer })), el("div", { class: "columns" }, ...own), calendarChoice(form)];
}

function repeat(form) {
  form.fields.repeat = el(
    "select",
    { "data-testid": "field-repeat" },
    ...["never", "daily", "weekly", "monthly"].map((one) => el("option", { value: one }, t(`repeat.${one}`))),
  );
  return labelled(t("repeats"), form.fields.repeat, "series");
}

function subject(form) {
  form.fields.subject = el("input", { type: "text", maxlength: "255", value: form.event?.subject ?? "", placeholder: t("subject"), "aria-label": t("subject"), class: "title", autocomplete: "off", "data-testid": "field-subject" });
  return form.fields.subject;
}

function invitees(form) {
  const known = state.people.flatMap((person) => person.mailboxes).filter((one) => one.address !== state.mailbox.address);
  const list = el("datalist", { id: "known-people" }, ...known.map((one) => el("option", { value: one.address }, one.name)));
  form.fields.invitees = el("input", {
    type: "text",
    value: (form.event?.attendees ?? []).map((one) => one.address).join(", "),
    placeholder: t("inviteesHint"),
    autocomplete: "off",
    inputmode: "email",
    list: "known-people",
    "data-testid": "field-invitees",
  });
  return el("div", {}, labelled(t("invitees"), form.fields.invitees, "people"), list);
}

function times(form, start, end, allDay) {
  const last = allDay ? addDays(end, -1) : end;
  const fixed = form.scope === "series";
  const field = (type, name, label, value) =>
    (form.fields[name] = el("input", { type, value, required: true, disabled: fixed && type === "date", "aria-label": label, "data-testid": `field-${name}` }));
  const first = [field("date", "start-date", t("startDate"), dayOf(start)), field("time", "start-time", t("startTime"), timeOf(start))];
  const second = [field("date", "end-date", t("endDate"), dayOf(last)), field("time", "end-time", t("endTime"), timeOf(last))];
  form.fields.allDay = el("input", { type: "checkbox", checked: allDay, disabled: fixed, "data-testid": "field-all-day" });
  const show = () => {
    for (const name of ["start-time", "end-time"]) form.fields[name].hidden = form.fields.allDay.checked;
  };
  form.fields.allDay.addEventListener("change", () => {
    show();
    if (!form.event && form.fields.showAs) form.fields.showAs.value = form.fields.allDay.checked ? "free" : "busy";
  });
  keepLength(form);
  show();
  return [
    el("div", { class: "field times", role: "group", "aria-label": t("starts") }, icon("clock"), el("span", { class: "label" }, t("starts")), ...first),
    el("div", { class: "field times", role: "group", "aria-label": t("ends") }, el("span", { class: "label" }, t("ends")), ...second),
    el("label", { class: "check" }, form.fields.allDay, t("allDay")),
  ];
}

// A later start takes the end along, as in Outlook.
function keepLength({ fields }) {
  const read = (which) => toDate(`${fields[`${which}-date`].value}T${fields[`${which}-time`].value || "00:00"}:00`);
  let length = read("end") - read("start");
  const shift = () => {
    const start = read("start");
    if (Number.isNaN(start.getTime()) || Number.isNaN(length)) return;
    const end = new Date(start.getTime() + length);
    fields["end-date"].value = dayOf(end);
    fields["end-time"].value = timeOf(end);
  };
  for (const name of ["start-date", "start-time"]) fields[name].addEventListener("change", shift);
  for (const name of ["end-date", "end-time"]) {
    fields[name].addEventListener("change", () => {
      const found = read("end") - read("start");
      if (found >= MINUTE) length = found;
    });
  }
}

function place(form) {
  form.fields.location = el("input", { type: "text", maxlength: "255", value: form.event?.location ?? "", autocomplete: "off", "data-testid": "field-location" });
  return labelled(t("location"), form.fields.location, "place");
}

function status(form) {
  const chosen = form.event?.showAs ?? "busy";
  form.fields.showAs = el(
    "select",
    { "data-testid": "field-show-as" },
    ...STATUSES.map((one) => el("option", { value: one, selected: one === chosen }, t(`status.${one}`))),
  );
  return labelled(t("showAs"), form.fields.showAs);
}

function secrecy(form) {
  form.fields.private = el("input", { type: "checkbox", checked: form.event?.isPrivate ?? false, "data-testid": "field-private" });
  return el("label", { class: "check" }, form.fields.private, icon("lock"), t("privateEvent"));
}

// A new event may go anywhere that one may write; one that exists only elsewhere in its own mailbox.
function choices({ event, scope }) {
  if (!event) return writable();
  const now = calendarOf(event);
  if (now.isShared || (event.seriesId && scope !== "series")) return [now];
  return writable().filter((one) => one.account === event.account && !one.isShared);
}

function calendarChoice(form) {
  const found = choices(form);
  const chosen = form.event ? calendarOf(form.event) : found.find((one) => one.isDefault) ?? found[0];
  const accounts = state.mailbox.accounts.filter((account) => found.some((one) => one.account === account.address));
  form.fields.calendar = el(
    "select",
    { "data-testid": "field-calendar", disabled: found.length < 2 },
    ...accounts.map((account) =>
      el(
        "optgroup",
        { label: account.address },
        ...found.filter((one) => one.account === account.address).map((one) => el("option", { value: one.id, selected: one === chosen }, one.name)),
      ),
    ),
  );
  return labelled(t("calendar"), form.fields.calendar, "calendar");
}

function note(form) {
  form.fields.note = el("textarea", { rows: 3, maxLength: 10_000, "data-testid": "field-note" });
  form.fields.note.value = form.event?.note ?? "";
  return labelled(t("note"), form.fields.note, "note");
}

// What the form says; throws a text where it cannot be meant.
function read({ event, fields }) {
  const values = { showAs: fields.showAs.value, private: fields.private.checked, calendar: fields.calendar.value };
  if (event && !event.isOrganizer) return values;
  const allDay = fields.allDay.checked;
  const at = (which) => {
    const time = allDay ? "00:00" : fields[`${which}-time`].value;
    const moment = toDate(`${fields[`${which}-date`].value}T${time}:00`);
    if (Number.isNaN(moment.getTime())) throw t("needsTimes");
    return allDay && which === "end" ? addDays(moment, 1) : moment;
  };
  const [start, end] = [at("start"), at("end")];
  if (end <= start) throw t("endsBeforeStart");
  const attendees = fields.invitees.value.split(/[,;\s]+/).filter(Boolean);
  const wrong = attendees.find((one) => !ADDRESS.test(one));
  if (wrong) throw t("badAddress", { address: wrong });
  const wall = (moment) => moment.toISOString().slice(0, 16);
  return {
    ...values,
    subject: fields.subject.value.trim(),
    start: wall(start),
    end: wall(end),
    allDay,
    attendees,
    location: fields.location.value.trim(),
    note: fields.note.value.trim(),
    repeat: fields.repeat?.value ?? "never",
  };
}

// Only what differs is sent, so that nothing else of the event is touched.
function changed(event, values) {
  const before = {
    ...event,
    private: event.isPrivate,
    repeat: "never",
    start: event.start.slice(0, 16),
    end: event.end.slice(0, 16),
    attendees: event.attendees.map((one) => one.address),
  };
  const differs = (name) => JSON.stringify(values[name]) !== JSON.stringify(before[name]);
  const found = Object.fromEntries(Object.entries(values).filter(([name]) => differs(name)));
  if ("start" in found || "end" in found || "allDay" in found) {
    Object.assign(found, { start: values.start, end: values.end, allDay: values.allDay });
  }
  return found;
}

async function save(form, dialog, done) {
  form.saveButton.disabled = true;
  try {
    const values = read(form);
    const mailbox = state.mailbox.address;
    if (form.event) {
      const { account, id } = form.event;
      await api.change({ mailbox, account, id, scope: form.scope, ...changed(form.event, values) });
    } else {
      const { account } = calendars().find((one) => one.id === values.calendar);
      await api.create({ mailbox, account, ...values });
    }
    dialog.close();
    done();
  } catch (error) {
    if (error instanceof TypeError) throw error;
    form.error.textContent = typeof error === "string" ? error : errorText(error);
    form.error.hidden = false;
  } finally {
    form.saveButton.disabled = false;
  }
}
