"use strict";

const words = document.getElementById("words").dataset;
const language = document.documentElement.lang;
const pollMilliseconds = 1000;
const nextMilliseconds = 30000;
let timer = 0;

function show(state, section) {
  document.body.dataset.state = state;
  for (const each of document.querySelectorAll("main > section")) {
    each.hidden = each.id !== section;
  }
}

async function begin() {
  clearTimeout(timer);
  try {
    const answer = await fetch("/challenges", { method: "POST" });
    if (!answer.ok) {
      throw new Error(String(answer.status));
    }

    const challenge = await answer.json();
    const svg = new DOMParser().parseFromString(challenge.qr, "image/svg+xml").documentElement;
    document.getElementById("qr").replaceChildren(document.importNode(svg, true));
    document.getElementById("link").href = challenge.link;
    show("asking", "ask");
    timer = setTimeout(() => poll(challenge.id), pollMilliseconds);
  } catch {
    show("broken", "broken");
  }
}

async function poll(id) {
  try {
    const answer = await fetch(`/challenges/${id}?lang=${language}`);
    const verdict = await answer.json();
    if (verdict.state === "waiting") {
      timer = setTimeout(() => poll(id), pollMilliseconds);
    } else if (verdict.state === "expired") {
      begin();
    } else {
      tell(verdict);
    }
  } catch {
    show("broken", "broken");
  }
}

function tell(verdict) {
  document.getElementById("verdict-title").textContent = words[verdict.state];
  document.getElementById("verdict-text").textContent = verdict.explanation ?? "";
  const facts = document.getElementById("facts");
  facts.replaceChildren();
  if (verdict.check) {
    fact(facts, words.check, words["check" + capital(verdict.check)] ?? verdict.check);
  }

  if (verdict.state === "accepted") {
    fact(facts, words.shown, verdict.disclosed.length === 0 ? words.nothing : verdict.disclosed.map(plain).join(", "));
  }

  show(verdict.state, "verdict");
  document.getElementById("next").focus();
  timer = setTimeout(begin, nextMilliseconds);
}

function capital(check) {
  return check.charAt(0) + check.slice(1).toLowerCase();
}

function plain(path) {
  return path[0] === "age_equal_or_over" ? words.age.replace("{0}", path[1]) : path.join(" / ");
}

function fact(list, name, value) {
  const term = document.createElement("dt");
  const text = document.createElement("dd");
  term.textContent = name;
  text.textContent = value;
  list.append(term, text);
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
  document.getElementById("refresh-result").textContent = words[outcome] ?? words.refused;
  for (const notice of document.querySelectorAll(".until-stored")) {
    notice.hidden = notice.hidden || outcome === "stored";
  }
}

document.getElementById("next").addEventListener("click", begin);
document.getElementById("again").addEventListener("click", begin);
document.getElementById("refresh").addEventListener("click", () => update(() => fetch("/bundle/refresh", { method: "POST" })));
document.getElementById("file").addEventListener("change", (event) => {
  const file = event.target.files[0];
  if (file) {
    update(() => fetch("/bundle", { method: "PUT", body: file, headers: { "Content-Type": "application/json" } }));
  }
});
begin();
