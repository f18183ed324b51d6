// What the page knows: the people, the mailbox it looks from, that mailbox's clock, and which calendars are ticked.

import * as api from "./api.js";
import { MINUTE, toDate, toWall } from "./wall.js";

export const state = { people: [], mailbox: null, loadedAt: 0 };

const KEY = "outlook-sandbox";

function remembered() {
  try {
    return JSON.parse(localStorage.getItem(KEY)) ?? {};
  } catch {
    return {};
  }
}

function remember(values) {
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...remembered(), ...values }));
  } catch {
    // A browser without storage forgets, no more.
  }
}

export async function load(address = "") {
  state.people = (await api.people()).people;
  const all = state.people.flatMap((person) => person.mailboxes);
  const asked = [address, new URLSearchParams(location.search).get("mailbox"), remembered().mailbox];
  const chosen = asked.map((one) => all.find((mailbox) => mailbox.address === one)).find(Boolean) ?? all[0];
  if (address) remember({ mailbox: address });
  state.mailbox = await api.mailbox(chosen.address);
  state.loadedAt = Date.now();
}

// The present wall time of the sandbox in the mailbox's zone.
export function now() {
  const passed = state.mailbox.frozen ? 0 : Date.now() - state.loadedAt;
  return new Date(toDate(state.mailbox.now).getTime() + passed);
}

export const nowText = () => toWall(now());

export function nextHalfHour() {
  return new Date((Math.floor(now().getTime() / (30 * MINUTE)) + 1) * 30 * MINUTE);
}

export const calendars = () => state.mailbox.accounts.flatMap((account) => account.calendars);
export const calendarOf = (event) =>
  calendars().find((one) => one.id === event.calendar && one.account === event.account);
export const writable = () => calendars().filter((one) => one.canEdit);

// Other people's read-only calendars start unticked, as a newly shared one is a choice.
export function isTicked(calendar) {
  return remembered().ticked?.[calendar.id] ?? !(calendar.isShared && !calendar.canEdit);
}

export function tick(calendar, ticked) {
  remember({ ticked: { ...remembered().ticked, [calendar.id]: ticked } });
}
