// A question with a few answers, in a dialog. Resolves to the chosen name, or null.

import { byId, el } from "./dom.js";
import { t } from "./texts.js";

// `answers`: [name, label, class] triples.
export function ask(text, answers) {
  const dialog = byId("question");
  return new Promise((resolve) => {
    const choose = (name) => {
      dialog.onclose = null;
      dialog.close();
      resolve(name);
    };
    dialog.onclose = () => resolve(null);
    dialog.replaceChildren(
      el("p", { id: "question-text" }, text),
      el(
        "div",
        { class: "actions" },
        ...answers.map(([name, label, look = "secondary"]) =>
          el("button", { type: "button", class: look, "data-testid": `answer-${name}`, onclick: () => choose(name) }, label),
        ),
        el("button", { type: "button", class: "secondary", "data-testid": "answer-none", onclick: () => choose(null) }, t("back")),
      ),
    );
    dialog.setAttribute("aria-labelledby", "question-text");
    dialog.showModal();
  });
}
