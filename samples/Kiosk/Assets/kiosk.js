// What the pages of all kiosks do: ask, wait for the verdict, tell it, and bring a newer trust list.
const pollMilliseconds = 1000;
const language = document.documentElement.lang;
let timer = 0;

export const words = document.getElementById("words").dataset;

export function show(state, section, tone = "") {
  if (document.body.dataset.state !== state) {
    scrollTo(0, 0);
  }

  document.body.dataset.state = state;
  document.body.dataset.tone = tone;
  for (const each of document.querySelectorAll("main > section")) {
    each.hidden = each.id !== section;
  }
}

/** Does something later, unless something else is to be done before. */
export function later(milliseconds, what) {
  clearTimeout(timer);
  timer = setTimeout(what, milliseconds);
}

export function stop() {
  clearTimeout(timer);
}

/** Asks the program for a question to a visitor; null, and the page says so, where it does not answer. */
export async function ask(path, body) {
  try {
    const json = body && { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) };
    const answer = await fetch(path, { method: "POST", ...json });
    if (!answer.ok) {
      throw new Error(String(answer.status));
    }

    const started = await answer.json();
    draw(document.getElementById("qr"), started.qr);
    document.getElementById("link").href = started.link;
    return started;
  } catch {
    show("broken", "broken");
    return null;
  }
}

export function draw(place, svg) {
  place.replaceChildren(document.importNode(new DOMParser().parseFromString(svg, "image/svg+xml").documentElement, true));
}

/** Waits for the verdict; nobody came in time: over. */
export function wait(path, tell, over) {
  later(pollMilliseconds, async () => {
    try {
      const verdict = await (await fetch(`${path}?lang=${language}`)).json();
      if (verdict.state === "waiting") {
        wait(path, tell, over);
      } else {
        (verdict.state === "expired" ? over : tell)(verdict);
      }
    } catch {
      show("broken", "broken");
    }
  });
}

/** The verdict, its facts, and the focus where the next visitor begins. */
export function tell(verdict, tone, facts) {
  document.getElementById("verdict-title").textContent = words[verdict.state];
  document.getElementById("verdict-text").textContent = verdict.explanation ?? "";
  const list = document.getElementById("facts");
  list.replaceChildren();
  const failed = verdict.check && words[`check${capital(verdict.check.toLowerCase())}`];
  for (const [name, value] of failed ? [[words.check, failed], ...facts] : facts) {
    const term = document.createElement("dt");
    const text = document.createElement("dd");
    term.textContent = name;
    text.textContent = value;
    list.append(term, text);
  }

  show(verdict.state, "verdict", tone);
  document.getElementById("next").focus({ preventScroll: true });
}

function capital(word) {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

async function update(request) {
  const button = document.getElementById("refresh");
  button.disabled = true;
  let outcome = "unreachable";
  try {
    outcome = (await (await request()).json()).outcome;
  } catch {
    outcome = "unreachable";
  }

  button.disabled = false;
  document.dispatchEvent(new CustomEvent("bundle", { detail: outcome }));
  document.getElementById("refresh-result").textContent = words[`outcome${capital(outcome)}`] ?? words.outcomeRefused;
  for (const notice of document.querySelectorAll(".until-stored")) {
    notice.hidden = notice.hidden || outcome === "stored";
  }
}

document.getElementById("refresh").addEventListener("click", () => update(() => fetch("/bundle/refresh", { method: "POST" })));
document.getElementById("file").addEventListener("change", (event) => {
  const file = event.target.files[0];
  if (file) {
    update(() => fetch("/bundle", { method: "PUT", body: file, headers: { "Content-Type": "application/json" } }));
  }
});
