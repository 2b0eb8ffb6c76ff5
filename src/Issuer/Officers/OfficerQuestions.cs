using System.Security.Cryptography;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Passkeys;
using IdentityPlatform.Hosting.Storage;
using IdentityPlatform.Issuer.Desk;

namespace IdentityPlatform.Issuer.Officers;

/// <summary>Questions to officers' passkeys. An officer's word is an assertion over the hash of a document that says all of it.</summary>
public sealed class OfficerQuestions(OneTimeStore store, ServerSettings settings)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(5);

    /// <summary>Asks an officer.</summary>
    /// <param name="kind">What is asked: only an answer to the same kind finds it.</param>
    /// <param name="document">What the officer says.</param>
    /// <param name="kept">What is found with the answer.</param>
    /// <param name="officer">Who is asked.</param>
    /// <param name="ct">The end.</param>
    public async Task<DecisionStart> AskAsync(string kind, byte[] document, byte[] kept, Officer officer, CancellationToken ct)
    {
        var handle = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(32));
        await store.PutAsync(kind, handle, kept, Lifetime, ct);
        Base64UrlText.TryDecode(officer.Entry.CredentialId, out var credentialId);
        return new DecisionStart.Asked(new(handle, AssertionEvidence.OptionsJson(SHA256.HashData(document), settings.RpId, [credentialId ?? []])));
    }

    /// <summary>What was kept with a question, once; null where there is none, or its time is over.</summary>
    public Task<byte[]?> TakeAsync(string kind, string handle, CancellationToken ct) => store.TakeAsync(kind, handle, ct);

    /// <summary>True when the officer's passkey signed for this document.</summary>
    public bool IsSaid(byte[] document, string credentialJson, Officer officer) =>
        AssertionEvidence.Verify(officer.Entry.PublicKey, credentialJson, SHA256.HashData(document), settings.RpId, [settings.PublicUrl]).Match(_ => true, _ => false);
}
