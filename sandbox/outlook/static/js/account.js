// Who is signed in, and the menu that opens another mailbox.

import { byId, el, icon } from "./dom.js";
import { state } from "./state.js";
import { t } from "./texts.js";

const initials = (name) => name.split(/\s+/).map((word) => word[0]).slice(0, 2).join("").toUpperCase();

export function render({ onSwitch, onSettings }) {
  const mailbox = state.mailbox;
  const button = byId("account");
  button.replaceChildren(
    el("span", { class: "who" }, el("b", {}, mailbox.name), el("small", {}, mailbox.address)),
    el("span", { class: "face", "aria-hidden": "true" }, initials(mailbox.name)),
  );
  button.setAttribute("aria-label", t("accountMenu", { name: mailbox.name, address: mailbox.address }));
  const menu = byId("account-menu");
  menu.setAttribute("aria-label", t("switchTo"));
  const focused = menu.contains(document.activeElement) ? document.activeElement.dataset.testid : null;
  menu.replaceChildren(
    ...state.people.flatMap((person) => person.mailboxes).map((one) => item(one, onSwitch)),
    el("hr", { role: "separator" }),
    saveDeclined(onSettings),
  );
  if (focused) menu.querySelector(`[data-testid="${CSS.escape(focused)}"]`)?.focus();
}

// Outlook's setting of the same name: off, a declined event goes to Deleted Items.
function saveDeclined(onSettings) {
  const on = state.mailbox.savesDeclined;
  return el(
    "button",
    { type: "button", role: "menuitemcheckbox", class: "setting", "aria-checked": String(on), "data-testid": "save-declined", onclick: () => onSettings({ savesDeclined: !on }) },
    el("span", { class: "box", "aria-hidden": "true" }, icon("check")),
    el("span", { class: "who" }, el("b", {}, t("saveDeclined")), el("small", {}, t("saveDeclinedHint"))),
  );
}

function item(mailbox, onSwitch) {
  const current = mailbox.address === state.mailbox.address;
  const choose = () => {
    byId("account-menu").hidePopover();
    byId("account").focus();
    if (!current) onSwitch(mailbox.address);
  };
  return el(
    "button",
    { type: "button", role: "menuitemradio", "aria-checked": String(current), "data-testid": `mailbox-${mailbox.address}`, onclick: choose },
    el("span", { class: "face", "aria-hidden": "true" }, initials(mailbox.name)),
    el("span", { class: "who" }, el("b", {}, mailbox.name), el("small", {}, `${mailbox.address} · ${t(mailbox.kind)}`)),
    current && icon("check"),
  );
}

export function setUp() {
  const menu = byId("account-menu");
  menu.addEventListener("toggle", (event) => {
    if (event.newState === "open") menu.querySelector("[aria-checked=true]")?.focus();
  });
  menu.addEventListener("keydown", (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step) return;
    event.preventDefault();
    const items = [...menu.querySelectorAll("button")];
    items.at((items.indexOf(document.activeElement) + step) % items.length).focus();
  });
}
