// Makes a portrait of what the camera or a file gives: cut to three by four, drawn anew (so that nothing but the picture is left),
// small enough for the desk. The server checks it again.
const element = document.querySelector("[data-photo]");
const [width, height, most] = [480, 640, 40 * 1024];

async function portrait(file) {
  const image = await createImageBitmap(file, { imageOrientation: "from-image" });
  const scale = Math.max(width / image.width, height / image.height);
  const canvas = Object.assign(document.createElement("canvas"), { width, height });
  canvas.getContext("2d").drawImage(
    image, (width - image.width * scale) / 2, (height - image.height * scale) / 2, image.width * scale, image.height * scale);
  for (const quality of [0.85, 0.7, 0.55, 0.4]) {
    const blob = await new Promise(done => canvas.toBlob(done, "image/jpeg", quality));
    if (blob.size <= most) {
      return new Uint8Array(await blob.arrayBuffer());
    }
  }

  throw new Error("too large");
}

async function send(photo, consent) {
  const answer = await fetch(element.dataset.photo, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    credentials: "same-origin",
    body: JSON.stringify({ photo, consent }),
  });
  const json = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    throw new Error(json.message ?? "");
  }

  location.assign(new URL(json.location, document.baseURI));
}

function run(act) {
  const error = element.querySelector("[role=alert]");
  error.hidden = true;
  act().catch(fault => {
    error.textContent = fault.message || element.dataset.textFailed;
    error.hidden = false;
  });
}

element.querySelector("[data-take]").addEventListener("click", () => run(async () => {
  const [file] = element.querySelector("input[type=file]").files;
  if (!file) {
    throw new Error("");
  }

  const bytes = await portrait(file);
  await send(btoa(bytes.reduce((text, byte) => text + String.fromCharCode(byte), "")), element.querySelector("input[type=checkbox]").checked);
}));
element.querySelector("[data-remove]")?.addEventListener("click", () => run(() => send("", false)));
