import { ask, later, show, tell, wait, words } from "/kiosk.js";

const nextMilliseconds = 30000;
const tones = { accepted: "good", rejected: "bad", declined: "quiet" };

async function begin() {
  const challenge = await ask("/challenges");
  if (challenge) {
    show("asking", "ask");
    wait(`/challenges/${challenge.id}`, judge, begin);
  }
}

function judge(verdict) {
  const shown = verdict.disclosed.length === 0 ? words.nothing : verdict.disclosed.map(plain).join(", ");
  tell(verdict, tones[verdict.state], verdict.state === "accepted" ? [[words.shown, shown]] : []);
  later(nextMilliseconds, begin);
}

function plain(path) {
  return path[0] === "age_equal_or_over" ? words.age.replace("{0}", path[1]) : path.join(" / ");
}

document.getElementById("next").addEventListener("click", begin);
document.getElementById("again").addEventListener("click", begin);
begin();
