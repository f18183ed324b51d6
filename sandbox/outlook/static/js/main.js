// The page's start, and what connects its parts.

import * as account from "./account.js";
import * as api from "./api.js";
import * as commands from "./commands.js";
import * as details from "./details.js";
import { byId, icon } from "./dom.js";
import * as editor from "./editor.js";
import { subjectOf } from "./event.js";
import * as grid from "./grid.js";
import * as message from "./message.js";
import * as pane from "./pane.js";
import { ask } from "./question.js";
import * as respond from "./respond.js";
import { load, nextHalfHour, now, state } from "./state.js";
import { language, t } from "./texts.js";
import { addDays, MINUTE } from "./wall.js";

let calendar;
let miniShown = null;

const onCard = {
  edit,
  remove,
  answer: (event, what) => carryOut(() => respond.answer(event, what)),
  propose: (event) => carryOut(() => respond.propose(event)),
  cancel: (event) => carryOut(() => respond.cancel(event)),
  move: (event) => carryOut(() => respond.move(event)),
  takeProposal: (event, slot) => carryOut(() => respond.takeProposal(event, slot)),
};
const onGrid = {
  select: (start, end, allDay) => newEvent(start, end, allDay),
  point: (start, allDay) => {
    const end = allDay ? addDays(start, 1) : new Date(start.getTime() + 30 * MINUTE);
    if (!details.hasJustClosed()) newEvent(start, end, allDay);
  },
  open: (event, anchor) => details.open(event, anchor, onCard),
  dates: () => {
    miniShown = null;
    if (calendar) render();
  },
};

async function start() {
  document.documentElement.lang = language;
  document.title = t("pageTitle");
  byId("brand-note").textContent = t("sandbox");
  pane.setUp();
  account.setUp();
  byId("new-on-phone").append(icon("add"));
  byId("new-on-phone").setAttribute("aria-label", t("newEvent"));
  byId("new-on-phone").addEventListener("click", propose);
  byId("editor").addEventListener("close", () => calendar.unselect());
  if (!(await message.attempt(load))) return;
  calendar = grid.create(onGrid);
  render();
  document.body.dataset.ready = "true";
  api.watch(changed);
}

function render() {
  commands.render(calendar);
  account.render({ onSwitch: switchTo, onSettings: changeSettings });
  pane.render({
    onNew: propose,
    onTick: grid.refresh,
    month: {
      shown: miniShown ?? calendar.getDate(),
      from: calendar.view.currentStart,
      to: calendar.view.currentEnd,
      today: now(),
      firstDay: grid.firstDay,
      onShow: (date) => {
        miniShown = date;
        render();
      },
      onChoose: (date) => {
        pane.closeOnPhone();
        calendar.gotoDate(date);
      },
    },
  });
}

function propose() {
  pane.closeOnPhone();
  newEvent(...proposal());
}

// The next half hour if it is on the screen, else nine o'clock of the first day shown.
function proposal() {
  const { currentStart, currentEnd } = calendar.view;
  const next = nextHalfHour();
  const begin = next >= currentStart && next < currentEnd ? next : new Date(currentStart.getTime() + 540 * MINUTE);
  return [begin, new Date(begin.getTime() + 30 * MINUTE), false];
}

function newEvent(begin, end, allDay) {
  editor.open({ start: begin, end, allDay, done: grid.refresh });
}

async function show(address) {
  const before = JSON.stringify({ ...state.mailbox, now: "" });
  await load(address);
  if (JSON.stringify({ ...state.mailbox, now: "" }) !== before) render();
  grid.reload();
}

const changed = () => message.attempt(() => show(state.mailbox.address), { background: true });

function switchTo(address) {
  details.close();
  return message.attempt(() => show(address));
}

async function edit(event) {
  details.close();
  const scope = event.seriesId ? await ask(t("whichEdit", { subject: subjectOf(event) }), both("primary")) : "occurrence";
  if (scope) editor.open({ event, scope, done: grid.refresh });
}

const both = (look) => [
  ["occurrence", t("thisEvent"), look],
  ["series", t("wholeSeries")],
];

// Asks first, and then does what was decided.
async function carryOut(decide) {
  details.close();
  const work = await decide();
  if (!work) return;
  await message.attempt(work);
  grid.refresh();
}

function remove(event) {
  return carryOut(() => (event.isOrganizer ? removeOwn(event) : respond.remove(event)));
}

async function removeOwn(event) {
  const scope = await whichToDelete(event);
  return scope && (() => api.remove({ mailbox: state.mailbox.address, account: event.account, id: event.id, scope }));
}

async function changeSettings(values) {
  const done = await message.attempt(async () => {
    state.mailbox = await api.settings({ mailbox: state.mailbox.address, ...values });
  });
  if (done) render();
}

function whichToDelete(event) {
  const subject = subjectOf(event);
  if (event.seriesId) return ask(t("whichDelete", { subject }), both("danger"));
  const meeting = event.isOrganizer && event.attendees.length > 0;
  return ask(t(meeting ? "askDeleteMeeting" : "askDelete", { subject }), [["occurrence", t("remove"), "danger"]]);
}

start();
