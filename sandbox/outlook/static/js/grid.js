// The calendar itself: FullCalendar on wall times.

import * as api from "./api.js";
import { VIEWS } from "./commands.js";
import { byId } from "./dom.js";
import { classesOf, content } from "./event.js";
import * as message from "./message.js";
import { calendarOf, isTicked, now, nowText, state } from "./state.js";
import { language, locale, t } from "./texts.js";
import { clock, MINUTE, toWall } from "./wall.js";

const PHONE = matchMedia("(max-width: 639px)");

export const firstDay = (() => {
  const region = new Intl.Locale(locale);
  const found = region.getWeekInfo?.() ?? region.weekInfo;
  return (found?.firstDay ?? 1) % 7;
})();

let calendar;
let dragging = false;
let stale = false;
// What the grid shows, and what `refresh` has just read for it.
let shown = "";
let fresh = null;
let clockShown = null;

// `on`: { select(start, end, allDay), open(event, element), dates() }
export function create(on) {
  calendar = new FullCalendar.Calendar(byId("grid"), { ...looks(), ...behaviour(on) });
  clockShown = startClock();
  calendar.render();
  PHONE.addEventListener("change", () => calendar.changeView(PHONE.matches ? VIEWS.day : VIEWS.week));
  return calendar;
}

function looks() {
  return {
    timeZone: "UTC",
    locale: language === "fr" ? "fr" : locale,
    firstDay,
    initialView: PHONE.matches ? VIEWS.day : VIEWS.week,
    headerToolbar: false,
    borderless: true,
    height: "100%",
    expandRows: false,
    slotDuration: "00:30:00",
    slotMinHeight: 26,
    scrollTime: "07:30:00",
    scrollTimeReset: false,
    views: {
      timeGridWeek: { titleFormat: { day: "numeric", month: "long", year: "numeric" } },
      timeGridDay: { titleFormat: { weekday: "long", day: "numeric", month: "long", year: "numeric" } },
    },
    slotHeaderContent: (info) => clock(info.date),
    eventShortHeight: 40,
    eventMinHeight: 24,
    dayMaxEvents: true,
    slotEventOverlap: false,
    nowIndicator: true,
    navLinks: true,
    navLinkDayClick: (date) => calendar.changeView(VIEWS.day, date),
    allDayText: t("allDay"),
    eventDisplay: "block",
    eventInteractive: true,
    eventClass: (info) => (info.event.extendedProps.data ? classesOf(info.event.extendedProps.data) : "entry is-new"),
    eventInnerClass: "entry-inner",
    eventContent: (info) => ({ domNodes: [content(info)] }),
    moreLinkContent: (info) => `+${info.num}`,
  };
}

function behaviour(on) {
  return {
    now: nowText,
    businessHours: businessHours(),
    editable: true,
    eventResizableFromStart: true,
    forceEventDuration: true,
    defaultTimedEventDuration: "00:30:00",
    selectable: true,
    selectMirror: true,
    selectMinDistance: 4,
    snapDuration: "00:15:00",
    longPressDelay: 400,
    unselectCancel: "dialog, [popover]",
    events: (range, done, failed) => fetchEvents(range).then(done, failed),
    eventSourceSuccess: (events) => {
      shown = JSON.stringify(events);
    },
    eventSourceFailure: (error) => message.show(error),
    select: (info) => on.select(info.start, info.end, info.allDay),
    dateClick: (info) => on.point(info.date, info.allDay),
    eventClick: (info) => {
      info.jsEvent.preventDefault();
      on.open(info.event.extendedProps.data, info.el);
    },
    eventDragStart: () => (dragging = true),
    eventResizeStart: () => (dragging = true),
    eventDragStop: dropped,
    eventResizeStop: dropped,
    eventDrop: moved,
    eventResize: moved,
    datesSet: () => on.dates(),
  };
}

function businessHours() {
  const names = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"];
  const { days, start, end } = state.mailbox.hours;
  return { daysOfWeek: days.map((day) => names.indexOf(day)), startTime: start, endTime: end };
}

async function fetchEvents(range) {
  const kept = fresh;
  fresh = null;
  return kept ?? readEvents(range);
}

async function readEvents(range) {
  const { events } = await api.events(state.mailbox.address, toWall(range.start), toWall(range.end));
  return events.filter((event) => calendarOf(event) && isTicked(calendarOf(event))).map(forFullCalendar);
}

function forFullCalendar(event) {
  const mine = event.canChange && event.isOrganizer && !event.isCancelled;
  return {
    id: `${event.calendar} ${event.id}`,
    title: event.subject,
    start: event.allDay ? event.start.slice(0, 10) : event.start,
    end: event.allDay ? event.end.slice(0, 10) : event.end,
    allDay: event.allDay,
    editable: mine,
    color: calendarOf(event).color,
    extendedProps: { data: event },
  };
}

// Shows what the sandbox has now. While something is being dragged it waits, or the drag would be lost.
// Where nothing changed nothing is drawn anew, so that what is under the pointer stays.
export async function refresh() {
  stale = dragging;
  if (dragging) return;
  const { activeStart: start, activeEnd: end } = calendar.view;
  const read = await readEvents({ start, end }).catch(message.show);
  const elsewhere = calendar.view.activeStart.getTime() !== start.getTime() || calendar.view.activeEnd.getTime() !== end.getTime();
  if (!read || dragging || elsewhere) {
    stale ||= dragging;
  } else if (JSON.stringify(read) !== shown) {
    fresh = read;
    calendar.refetchEvents();
  }
}

// After the mailbox, its hours or its clock may have changed.
export function reload() {
  if (Math.abs(now() - clockShown.read()) > MINUTE) {
    clockShown = startClock();
    calendar.setOption("now", () => nowText());
  }
  if (JSON.stringify(businessHours()) !== JSON.stringify(calendar.getOption("businessHours"))) {
    calendar.setOption("businessHours", businessHours());
  }
  return refresh();
}

// FullCalendar asks for the present once and counts on; this tells when it would be wrong.
function startClock() {
  const [wall, started] = [now().getTime(), Date.now()];
  return { read: () => wall + Date.now() - started };
}

function dropped() {
  dragging = false;
  if (stale) setTimeout(refresh);
}

async function moved(info) {
  const event = info.event.extendedProps.data;
  const done = await message.attempt(() =>
    api.change({
      mailbox: state.mailbox.address,
      account: event.account,
      id: event.id,
      start: toWall(info.event.start),
      end: toWall(info.event.end),
      allDay: info.event.allDay,
    }),
  );
  if (!done) info.revert();
  refresh();
}
