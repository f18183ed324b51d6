// A question with a few answers, in a dialog. Resolves to the chosen name, or null.

import { byId, el } from "./dom.js";
import { t } from "./texts.js";

// `answers`: [name, label, class] triples. `extras`: fields between the question and its answers; `check` says what is
// wrong with them, and an answer is taken only where it says nothing.
export function ask(text, answers, { extras = [], check = () => "" } = {}) {
  const dialog = byId("question");
  const error = el("p", { class: "form-error", role: "alert", "data-testid": "question-error", hidden: true });
  return new Promise((resolve) => {
    const choose = (name) => {
      const wrong = name ? check() : "";
      error.textContent = wrong;
      error.hidden = !wrong;
      if (wrong) return;
      dialog.onclose = null;
      dialog.close();
      resolve(name);
    };
    dialog.onclose = () => resolve(null);
    dialog.replaceChildren(
      el("p", { id: "question-text" }, text),
      ...extras,
      error,
      el(
        "div",
        { class: "actions" },
        ...answers.map(([name, label, look = "secondary"], index) =>
          el("button", { type: "button", class: look, autofocus: index === 0, "data-testid": `answer-${name}`, onclick: () => choose(name) }, label),
        ),
        el("button", { type: "button", class: "secondary", "data-testid": "answer-none", onclick: () => choose(null) }, t("back")),
      ),
    );
    dialog.setAttribute("aria-labelledby", "question-text");
    dialog.showModal();
  });
}

// A field for words to the others.
export function messageField(label) {
  const words = el("textarea", { rows: 2, maxLength: 2000, "data-testid": "field-message" });
  return { words, field: el("label", { class: "stacked" }, el("span", { class: "label" }, label), words) };
}

export function checkbox(label, checked, name) {
  const box = el("input", { type: "checkbox", checked, "data-testid": name });
  return { box, field: el("label", { class: "check" }, box, label) };
}
