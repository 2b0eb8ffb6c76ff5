// Asks every two seconds whether the wallet has answered, and goes on when it has. Without this script a button does.
const element = document.querySelector("[data-card]");

async function ask() {
  const answer = await fetch("/card/result", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    credentials: "same-origin",
    body: JSON.stringify({ id: element.dataset.card }),
  });
  const { location: next } = await answer.json();
  if (next) {
    location.assign(new URL(next, document.baseURI));
  } else {
    setTimeout(again, 2000);
  }
}

// A pause in the network is no reason to stop.
function again() {
  ask().catch(() => setTimeout(again, 4000));
}

again();
