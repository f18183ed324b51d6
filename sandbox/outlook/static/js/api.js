// Talking to the sandbox. A refusal becomes a Refused error that the page words.

export class Refused extends Error {
  constructor(code, message) {
    super(message);
    this.code = code;
  }
}

async function call(method, name, values) {
  const query = method === "GET" ? `?${new URLSearchParams(values)}` : "";
  const options = { method, headers: {} };
  if (method !== "GET") {
    options.headers["Content-Type"] = "application/json";
    options.body = JSON.stringify(values);
  }
  let response;
  try {
    response = await fetch(`api/${name}${query}`, options);
  } catch {
    throw new Refused("Offline", "");
  }
  const answer = await response.json().catch(() => ({}));
  if (!response.ok) throw new Refused(answer.error?.code ?? `${response.status}`, answer.error?.message ?? "");
  return answer;
}

export const people = () => call("GET", "people", {});
export const mailbox = (address) => call("GET", "mailbox", { mailbox: address });
export const events = (address, start, end) => call("GET", "events", { mailbox: address, start, end });
export const create = (values) => call("POST", "events", values);
export const change = (values) => call("PATCH", "events", values);
export const remove = (values) => call("DELETE", "events", values);
export const answer = (values) => call("POST", "answers", values);
export const cancel = (values) => call("POST", "cancellations", values);
export const settings = (values) => call("PATCH", "settings", values);

// Calls `changed` whenever something in the sandbox changed, and after every lost connection.
export function watch(changed) {
  let seen = null;
  const source = new EventSource("api/live");
  source.addEventListener("change", (event) => {
    if (seen !== null && seen !== event.data) changed();
    seen = event.data;
  });
  source.addEventListener("error", () => {
    seen ??= "";
  });
}
