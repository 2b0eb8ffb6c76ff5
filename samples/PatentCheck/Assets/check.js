import { ask, later, show, stop, tell, wait, words } from "/kiosk.js";

const forgetMilliseconds = 60000;
const tones = { allowed: "good", refused: "bad", rejected: "bad", declined: "quiet" };
const form = document.getElementById("form");
const face = document.getElementById("face");
const also = document.getElementById("also");

function choose() {
  stop();
  document.getElementById("facts").replaceChildren();
  face.removeAttribute("src");
  also.querySelector("ul").replaceChildren();
  show("choosing", "choose");
}

function needsGround() {
  return form.querySelector("input[name=level]:checked").hasAttribute("data-ground");
}

async function begin(event) {
  event.preventDefault();
  stop();
  const sent = { level: form.level.value, region: form.region.value };
  if (needsGround()) {
    sent.ground = form.ground.value;
  }

  sessionStorage.setItem("region", sent.region);
  const check = await ask("/checks", sent);
  if (check) {
    document.getElementById("ask-text").textContent = document.getElementById("words").getAttribute(`data-asks-${sent.level}`);
    const ground = document.getElementById("ask-ground");
    ground.hidden = !sent.ground;
    ground.textContent = sent.ground ? `${words.ground} ${form.ground.selectedOptions[0].textContent}` : "";
    show("asking", "ask");
    wait(`/checks/${check.id}`, judge, choose);
  }
}

function judge(verdict) {
  const picture = verdict.shown.find((shown) => shown.name === "picture");
  face.hidden = !picture;
  face.src = picture ? picture.value : "";
  also.hidden = verdict.also.length === 0;
  also.querySelector("ul").replaceChildren(...verdict.also.map((other) => {
    const item = document.createElement("li");
    item.textContent = other.explanation;
    return item;
  }));
  tell(verdict, tones[verdict.state], verdict.shown.filter((shown) => shown !== picture).map((shown) => [shown.label, shown.value]));
  later(forgetMilliseconds, choose);
}

form.addEventListener("submit", begin);

// The regions come with the first trust list.
document.addEventListener("bundle", (event) => {
  if (event.detail === "stored" && form.region.options.length === 0) {
    location.reload();
  }
});
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

document.getElementById("ground-field").hidden = !needsGround();
choose();
