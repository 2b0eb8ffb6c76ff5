// The way without a network: shows the request as a loop of codes, and reads the wallet's codes with the camera.
import { draw, words } from "/kiosk.js";

const frameMilliseconds = 250;
const pauseMilliseconds = 30;
const view = document.getElementById("view");
const read = document.getElementById("read");
const says = document.getElementById("camera-says");
let open = null;

export function closeCamera() {
  if (open) {
    clearInterval(open.loop);
    open.stream?.getTracks().forEach((track) => track.stop());
    view.srcObject = null;
    open = null;
  }
}

export async function openCamera(id) {
  closeCamera();
  const mine = { loop: 0, stream: null };
  open = mine;
  read.value = 0;
  says.textContent = words.cameraWait;
  try {
    await showRequest(id, mine);
    const scan = await scanner();
    const stream = await navigator.mediaDevices.getUserMedia({ audio: false, video: { facingMode: "environment", width: { ideal: 1280 }, height: { ideal: 720 } } });
    mine.stream = stream;
    if (open !== mine) {
      stream.getTracks().forEach((track) => track.stop());
      return;
    }

    view.srcObject = stream;
    await view.play();
    await watch(id, mine, scan);
  } catch {
    if (open === mine) {
      says.textContent = words.cameraNone;
    }
  }
}

async function showRequest(id, mine) {
  const { frames } = await (await fetch(`/challenges/${id}/frames`)).json();
  let next = 0;
  const turn = () => draw(document.getElementById("frames"), frames[next++ % frames.length].qr);
  turn();
  mine.loop = setInterval(turn, frameMilliseconds);
}

// The browser's own reader where there is one, else the one that the door brought along.
async function scanner() {
  if ("BarcodeDetector" in globalThis && (await BarcodeDetector.getSupportedFormats()).includes("qr_code")) {
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async () => (await detector.detect(view))[0]?.rawValue;
  }

  const { default: decode } = await import("/qr/decode.js");
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return () => {
    canvas.width = view.videoWidth;
    canvas.height = view.videoHeight;
    context.drawImage(view, 0, 0);
    try {
      return decode(context.getImageData(0, 0, canvas.width, canvas.height));
    } catch {
      return null;
    }
  };
}

async function watch(id, mine, scan) {
  let last = "";
  while (open === mine) {
    const text = view.videoWidth > 0 ? await scan() : null;
    if (text && text !== last && open === mine) {
      last = text;
      await hand(id, text);
    }

    await new Promise((done) => setTimeout(done, pauseMilliseconds));
  }
}

// What is not one of the wallet's codes changes nothing: a poster, or the code of somebody else.
async function hand(id, text) {
  const answer = await fetch(`/challenges/${id}/frames`, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ frame: text }) });
  if (answer.ok) {
    const seen = await answer.json();
    read.max = Math.max(seen.count, 1);
    read.value = seen.have;
    says.textContent = seen.taken ? words.cameraRead : seen.count ? words.cameraProgress.replace("{0}", seen.have).replace("{1}", seen.count) : words.cameraWait;
  }
}
