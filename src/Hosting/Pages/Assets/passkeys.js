// Runs the passkey ceremonies of a page. A button's element says everything in data- attributes (PasskeyButton.razor);
// the server's answers say the rest, so that this script knows no program, no address and no language.

const toBytes = text => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), c => c.charCodeAt(0));
const toText = buffer => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
const withBytes = credentials => (credentials ?? []).map(c => ({ ...c, id: toBytes(c.id) }));

// Browsers from before WebAuthn Level 3 lack the two parsers and toJSON.
const creationOptions = json => PublicKeyCredential.parseCreationOptionsFromJSON?.(json) ?? {
  ...json,
  challenge: toBytes(json.challenge),
  user: { ...json.user, id: toBytes(json.user.id) },
  excludeCredentials: withBytes(json.excludeCredentials),
};

const requestOptions = json => PublicKeyCredential.parseRequestOptionsFromJSON?.(json) ?? {
  ...json,
  challenge: toBytes(json.challenge),
  allowCredentials: withBytes(json.allowCredentials),
};

function toJson(credential) {
  if (credential.toJSON) {
    return credential.toJSON();
  }

  const from = credential.response;
  const response = { clientDataJSON: toText(from.clientDataJSON) };
  if (from.attestationObject) {
    response.attestationObject = toText(from.attestationObject);
    response.transports = from.getTransports?.() ?? [];
  } else {
    response.authenticatorData = toText(from.authenticatorData);
    response.signature = toText(from.signature);
    response.userHandle = from.userHandle ? toText(from.userHandle) : undefined;
  }

  return {
    id: credential.id,
    rawId: toText(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
    response,
  };
}

class Refused extends Error {}

async function post(url, body) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "content-type": "application/json", accept: "application/json" },
    credentials: "same-origin",
    body: JSON.stringify(body),
  });
  const json = await answer.json().catch(() => ({}));
  if (!answer.ok) {
    throw new Refused(json.message ?? "");
  }

  return json;
}

class Ceremony {
  constructor(element) {
    this.element = element;
    this.data = element.dataset;
    this.button = element.querySelector("button");
    this.status = element.querySelector("[role=status]");
    this.alert = element.querySelector("[role=alert]");
    this.form = this.data.form ? document.getElementById(this.data.form) : null;
  }

  start() {
    if (!window.PublicKeyCredential) {
      this.fail(this.data.textUnsupported);
      return;
    }

    this.button.disabled = false;
    this.button.addEventListener("click", () => this.press());
    this.form?.addEventListener("submit", event => {
      event.preventDefault();
      this.press();
    });
    if (this.data.autofill) {
      this.offerAutofill();
    }
  }

  async press() {
    if (this.button.disabled || (this.form && !this.form.reportValidity())) {
      return;
    }

    this.waiting?.abort();
    this.button.disabled = true;
    this.status.hidden = false;
    this.alert.hidden = true;
    try {
      await this.run({});
    } catch (error) {
      this.fail(this.wordsFor(error));
    } finally {
      this.button.disabled = false;
      this.status.hidden = true;
    }
  }

  // The person has asked for nothing yet: whatever goes wrong here is silent, and the button still works.
  async offerAutofill() {
    if (!await PublicKeyCredential.isConditionalMediationAvailable?.()) {
      return;
    }

    this.waiting = new AbortController();
    try {
      await this.run({ mediation: "conditional", signal: this.waiting.signal });
    } catch (error) {
      if (error instanceof Refused) {
        this.fail(this.wordsFor(error));
      }
    }
  }

  async run(extra) {
    const fields = this.form ? Object.fromEntries(new FormData(this.form)) : {};
    const { options, ...echo } = await post(this.data.options, { ...this.given(), ...fields });
    const credential = this.data.passkey === "create"
      ? await navigator.credentials.create({ publicKey: creationOptions(options), ...extra })
      : await navigator.credentials.get({ publicKey: requestOptions(options), ...extra });
    const done = { ...echo, credential: toJson(credential) };
    if (this.data.return) {
      done.return = this.data.return;
    }

    const answer = await post(this.data.complete, done);
    const next = new URL(answer.location ?? location.href, document.baseURI);
    if (next.origin === location.origin) {
      location.assign(next);
    } else {
      throw new Refused("");
    }
  }

  // data-send-NAME="value" goes with the request for options, as an officer's decision does.
  given() {
    return Object.fromEntries(Object.entries(this.data)
      .filter(([name]) => name.startsWith("send") && name.length > 4)
      .map(([name, value]) => [name.slice(4).replace(/[A-Z]/g, (c, at) => (at ? "_" : "") + c.toLowerCase()), value]));
  }

  wordsFor(error) {
    if (error instanceof Refused) {
      return error.message || this.data.textFailed;
    }

    switch (error.name) {
      case "NotAllowedError":
      case "AbortError":
        return this.data.textCancelled;
      case "InvalidStateError":
        return this.data.textKnown;
      case "NotSupportedError":
        return this.data.textUnsupported;
      case "TypeError":
        return this.data.textNetwork;
      default:
        return this.data.textFailed;
    }
  }

  fail(words) {
    this.alert.textContent = words;
    this.alert.hidden = false;
  }
}

for (const element of document.querySelectorAll("[data-passkey]")) {
  new Ceremony(element).start();
}
