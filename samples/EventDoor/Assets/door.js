import { ask, later, show, stop, tell, wait, words } from "/kiosk.js";
import { closeCamera, openCamera } from "/camera.js";

const nextMilliseconds = 30000;
const stateMilliseconds = 5000;
const tones = { accepted: "good", rejected: "bad", declined: "quiet" };
let withCamera = false;

async function begin() {
  closeCamera();
  const challenge = await ask("/challenges");
  if (!challenge) {
    return;
  }

  wait(`/challenges/${challenge.id}`, judge, begin);
  if (withCamera) {
    show("asking", "camera");
    await openCamera(challenge.id);
  } else {
    show("asking", "ask");
  }
}

function judge(verdict) {
  closeCamera();
  const shown = [...new Set(verdict.disclosed.map(plain))];
  tell(verdict, tones[verdict.state], verdict.state === "accepted" ? [[words.shown, shown.join(", ") || words.nothing]] : []);
  later(nextMilliseconds, begin);
  refreshState();
}

function plain(path) {
  const known = { event_id: words.event, starts_at: words.times, ends_at: words.times, admission_class: words.class };
  const name = String(path.at(-1));
  const age = path[0] === "age_equal_or_over" ? name : name.match(/^age_over_([0-9]+)$/)?.[1];
  return age ? words.age.replace("{0}", age) : known[name] ?? path.join(" / ");
}

async function refreshState() {
  try {
    const state = await (await fetch("/state")).json();
    const apart = document.getElementById("apart");
    const said = { "alone-admit": words.aloneAdmit, "alone-refuse": words.aloneRefuse }[state.doors] ?? "";
    apart.hidden = said === "";
    if (apart.textContent !== said) {
      apart.textContent = said;
    }

    document.getElementById("counts").textContent = words.counts.replace("{0}", state.accepted).replace("{1}", state.rejected);
    document.getElementById("twice").hidden = !state.twice;
    document.getElementById("twice").textContent = words.twice.replace("{0}", state.twice);
  } catch {
    // The next challenge says so where the door does not answer.
  }
}

function choose(camera) {
  withCamera = camera;
  stop();
  begin();
}

document.getElementById("next").addEventListener("click", begin);
document.getElementById("again").addEventListener("click", begin);
document.getElementById("use-camera").addEventListener("click", () => choose(true));
document.getElementById("one-code").addEventListener("click", () => choose(false));
setInterval(refreshState, stateMilliseconds);
refreshState();
begin();
