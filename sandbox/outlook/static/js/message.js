// The bar above the calendar that says what did not work.

import { byId, el, icon } from "./dom.js";
import { errorText, t } from "./texts.js";

export function hide() {
  byId("message").hidden = true;
}

export function show(error) {
  if (!error.code) console.error(error);
  const close = el("button", { type: "button", class: "quiet", "aria-label": t("dismiss"), onclick: hide }, icon("close"));
  byId("message").replaceChildren(icon("warning"), el("span", {}, errorText(error)), close);
  byId("message").hidden = false;
}

// Runs something; says so where it is refused, and returns whether it was done. What the page does by itself, in the
// background, does not take away the words that answer a person's last act.
export async function attempt(work, { background = false } = {}) {
  try {
    await work();
    if (!background) hide();
    return true;
  } catch (error) {
    show(error);
    return false;
  }
}
