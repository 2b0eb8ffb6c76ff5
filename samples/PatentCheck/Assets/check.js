"use strict";

const words = document.getElementById("words").dataset;
const language = document.documentElement.lang;
const form = document.getElementById("form");
const pollMilliseconds = 1000;
const forgetMilliseconds = 60000;
let timer = 0;

function show(state, section) {
  document.body.dataset.state = state;
  for (const each of document.querySelectorAll("main > section")) {
    each.hidden = each.id !== section;
  }
}

function choose() {
  clearTimeout(timer);
  document.getElementById("facts").replaceChildren();
  document.getElementById("face").removeAttribute("src");
  show("choosing", "choose");
}

function level() {
  return form.querySelector("input[name=level]:checked");
}

function needsGround() {
  return level().hasAttribute("data-ground");
}

async function begin(event) {
  event.preventDefault();
  clearTimeout(timer);
  const sent = { level: level().value, region: form.region.value };
  if (needsGround()) {
    sent.ground = form.ground.value;
  }

  sessionStorage.setItem("region", sent.region);
  try {
    const answer = await fetch("/checks", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(sent) });
    if (!answer.ok) {
      throw new Error(String(answer.status));
    }

    const check = await answer.json();
    const svg = new DOMParser().parseFromString(check.qr, "image/svg+xml").documentElement;
    document.getElementById("qr").replaceChildren(document.importNode(svg, true));
    document.getElementById("link").href = check.link;
    document.getElementById("ask-text").textContent = document.getElementById("words").getAttribute(`data-asks-${sent.level}`);
    const ground = document.getElementById("ask-ground");
    ground.hidden = !sent.ground;
    ground.textContent = sent.ground ? `${words.ground} ${form.ground.selectedOptions[0].textContent}` : "";
    show("asking", "ask");
    timer = setTimeout(() => poll(check.id), pollMilliseconds);
  } catch {
    show("broken", "broken");
  }
}

async function poll(id) {
  try {
    const answer = await fetch(`/checks/${id}?lang=${language}`);
    const verdict = await answer.json();
    if (verdict.state === "waiting") {
      timer = setTimeout(() => poll(id), pollMilliseconds);
    } else if (verdict.state === "expired") {
      choose();
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
  const face = document.getElementById("face");
  facts.replaceChildren();
  face.hidden = true;
  for (const shown of verdict.shown) {
    if (shown.name === "picture") {
      face.src = shown.value;
      face.hidden = false;
    } else {
      const term = document.createElement("dt");
      const text = document.createElement("dd");
      term.textContent = shown.label;
      text.textContent = shown.value;
      facts.append(term, text);
    }
  }

  show(verdict.state, "verdict");
  document.getElementById("next").focus();
  timer = setTimeout(choose, forgetMilliseconds);
}

form.addEventListener("submit", begin);
form.addEventListener("change", () => {
  document.getElementById("ground-field").hidden = !needsGround();
});
for (const id of ["next", "again", "stop"]) {
  document.getElementById(id).addEventListener("click", choose);
}

const last = sessionStorage.getItem("region");
if (last && [...form.region.options].some((option) => option.value === last)) {
  form.region.value = last;
}
