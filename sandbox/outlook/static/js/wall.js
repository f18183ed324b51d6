// Wall times. The server gives and takes them in the mailbox's zone, as "2026-11-24T15:00:00"; here such a time is a Date
// whose UTC fields are the wall's, so that neither this machine's zone nor its clock changes matter.

import { locale } from "./texts.js";

export const DAY = 86_400_000;
export const MINUTE = 60_000;

export const toDate = (wall) => new Date(`${wall.slice(0, 19)}Z`);
export const toWall = (date) => date.toISOString().slice(0, 19);
export const dayOf = (date) => date.toISOString().slice(0, 10);
export const timeOf = (date) => date.toISOString().slice(11, 16);
export const addDays = (date, days) => new Date(date.getTime() + days * DAY);
export const midnight = (date) => new Date(`${dayOf(date)}T00:00:00Z`);

export function format(date, options) {
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }).format(date);
}

const LONG = { weekday: "short", day: "numeric", month: "long", year: "numeric" };
const CLOCK = { hour: "numeric", minute: "2-digit" };

export const clock = (date) => format(date, CLOCK);

// "Tue 24 November 2026, 14:00 – 15:00", days only for an all-day event (whose end lies on the day after its last).
export function span(start, end, allDay) {
  const last = allDay ? addDays(end, -1) : end;
  const oneDay = dayOf(start) === dayOf(last);
  const options = allDay ? LONG : { ...LONG, ...CLOCK };
  if (allDay && oneDay) return format(start, LONG);
  return new Intl.DateTimeFormat(locale, { ...options, timeZone: "UTC" }).formatRange(start, last);
}
