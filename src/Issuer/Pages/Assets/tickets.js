// Asks every two seconds whether the wallet has answered, and goes on when it has. Without this script a button does.
const element = document.querySelector("[data-ticket]");

async function ask() {
  const answer = await fetch("/tickets/result", {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    credentials: "same-origin",
    body: JSON.stringify({ id: element.dataset.ticket }),
  });
  const { location: next, message } = await answer.json();
  if (next) {
    location.assign(new URL(next, document.baseURI));
  } else if (message) {
    element.textContent = message;
  } else {
    setTimeout(again, 2000);
  }
}

// A pause in the network is no reason to stop.
function again() {
  ask().catch(() => setTimeout(again, 4000));
}

again();
