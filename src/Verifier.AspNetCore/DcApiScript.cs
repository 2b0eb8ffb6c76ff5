namespace IdentityPlatform.Verifier.AspNetCore;

/// <summary>The script for browsers that have the Digital Credentials API. It knows no address but its own, and keeps nothing.</summary>
internal static class DcApiScript
{
    public const string Text = """
        // A button with data-presentation asks through the browser's Digital Credentials API, where there is one, and opens the result.
        // Elsewhere it stays hidden, and the page's own link and QR code serve.
        (() => {
          'use strict';
          const base = new URL('.', document.currentScript.src);
          const supported = () => 'DigitalCredential' in globalThis && 'credentials' in navigator;
          const ask = async () => {
            const started = await (await fetch(new URL('start?way=dc-api', base), { method: 'POST', credentials: 'same-origin' })).json();
            const credential = await navigator.credentials.get(started.options);
            const data = typeof credential.data === 'string' ? JSON.parse(credential.data) : credential.data;
            const answer = await fetch(new URL('dc/' + started.id, base), {
              method: 'POST', credentials: 'same-origin', headers: { 'Content-Type': 'application/json' },
              body: JSON.stringify({ protocol: credential.protocol, data }),
            });
            if (!answer.ok) { throw new Error('The answer was not taken.'); }
            return new URL('result/' + started.id, base).href;
          };
          globalThis.presentations = { supported, ask };
          const offer = () => document.querySelectorAll('[data-presentation]').forEach(button => {
            button.hidden = !supported();
            button.addEventListener('click', async () => {
              button.disabled = true;
              try { location.assign(await ask()); } catch { button.disabled = false; }
            });
          });
          document.readyState === 'loading' ? document.addEventListener('DOMContentLoaded', offer) : offer();
        })();
        """;
}
