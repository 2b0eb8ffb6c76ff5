using System.CommandLine;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Formats.Jose;
using IdentityPlatform.Formats.SdJwt;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Status;
using IdentityPlatform.Issuer.Tests.Catalogue;
using IdentityPlatform.Issuer.Tests.Issuance;
using IdentityPlatform.Verifier;
using IdentityPlatform.Verifier.Bundle;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.Issuer.Tests.Minting;

/// <summary>The kill switch of a card signer, rehearsed with the verbs that an operator types.</summary>
public sealed class KillSwitchTests : IAsyncLifetime
{
    private const string Audience = "x509_hash:door";
    private static readonly string Pki = Path.GetFullPath(Path.Combine(CatalogueFiles.Directory, "..", "..", "..", "..", "keys.example", "pki"));
    private readonly SigningKey _holder = SigningKey.From(ECDsa.Create(ECCurve.NamedCurves.nistP256));
    private IssuerHost _host = null!;
    private TestWallet _wallet = null!;

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _host = await IssuerHost.StartAsync();
        await _host.Register.AddAsync("ann");
        _wallet = await new TestWallet(_host).RedeemAsync("ann");
    }

    public async ValueTask DisposeAsync()
    {
        _holder.Dispose();
        await _host.DisposeAsync();
    }

    [Fact]
    [Trait("Safeguard", "SG19")]
    public async Task A_denied_key_signs_no_more_at_once_its_cards_are_refused_and_the_next_key_takes_over()
    {
        var card = TestWallet.Credentials(await CollectAsync())[0];
        Assert.IsType<VerificationResult.Accepted>(Check(card, await BundleAsync()));

        var denied = _host.Signer.Keys.Active(KeyRole.Credentials).PublicKey;
        Assert.Contains("still signs cards", await ReissueFaultAsync(denied), StringComparison.Ordinal);
        await RunAsync("deny", "--key", denied.ThumbprintText());

        // From this moment on: no half minute, no restart.
        Assert.Equal(HttpStatusCode.Accepted, (await CollectAsync()).Status);
        Assert.Null(_host.Signer.Keys.FindActive(KeyRole.Credentials));

        var bundle = await BundleAsync();
        Assert.Equal([denied.ThumbprintText()], bundle.Content.Denied);
        var failure = Assert.IsType<VerificationResult.Rejected>(Check(card, bundle)).Failure;
        Assert.Equal((IdentityPlatform.Verifier.Check.IssuerTrust, new Failure.DeniedSigner(denied.ThumbprintText())), (failure.Check, failure));

        Assert.Null(await ReissueFaultAsync(denied));
        await RunAsync("create", "--role", "credentials", "--name", "next");
        await CertifyAsync("next");
        var next = TestWallet.Credentials(await CollectAsync())[0];
        bundle = await BundleAsync();
        Assert.IsType<VerificationResult.Accepted>(Check(next, bundle));
        Assert.IsType<Failure.DeniedSigner>(Assert.IsType<VerificationResult.Rejected>(Check(card, bundle)).Failure);
    }

    [Fact]
    public async Task The_pointer_in_a_signers_certificate_leads_to_the_list_of_its_root_and_the_denied_signer_is_in_it()
    {
        using var signer = X509CertificateLoader.LoadCertificate(_host.Signer.Keys.Certificates(KeyRole.Credentials)[0]);
        using var root = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(Pki, "issuer-root.pem"));
        var pointer = signer.Extensions["2.5.29.31"]!.RawData;
        Assert.Contains("http://localhost:5102/pki/issuer-root.crl", System.Text.Encoding.ASCII.GetString(pointer), StringComparison.Ordinal);
        using var before = await _host.Http.GetAsync(new Uri("/pki/issuer-root.crl", UriKind.Relative), Ct);
        Assert.Equal((HttpStatusCode.OK, "application/pkix-crl"), (before.StatusCode, before.Content.Headers.ContentType?.MediaType));
        Assert.True(before.Headers.CacheControl!.Public);
        Assert.Empty(await ListAsync(before));
        using var elsewhere = await _host.Http.GetAsync(new Uri("/pki/patent-root.crl", UriKind.Relative), Ct);
        Assert.Equal(HttpStatusCode.NotFound, elsewhere.StatusCode);

        await RunAsync("deny", "--key", _host.Signer.Keys.Active(KeyRole.Credentials).PublicKey.ThumbprintText());
        var leaf = Path.Combine(_host.Signer.KeysDirectory, "denied.pem");
        await File.WriteAllTextAsync(leaf, signer.ExportCertificatePem(), Ct);
        Assert.Equal(0, await ServerCommands.RunAsync(
            ["crl", "build", "--root", Path.Combine(Pki, "issuer-root.pem"), "--root-key", Path.Combine(Pki, "issuer-root.key"),
             "--previous", _host.RevocationFile, "--revoke", leaf, "--out", _host.RevocationFile],
            CardIssuer.Program,
            new InvocationConfiguration { Output = TextWriter.Null, Error = TextWriter.Null }));
        using var after = await _host.Http.GetAsync(new Uri("/pki/issuer-root.crl", UriKind.Relative), Ct);
        Assert.Equal([signer.SerialNumber], await ListAsync(after));
        Assert.NotEqual(before.Headers.ETag, after.Headers.ETag);
        using var known = new HttpRequestMessage(HttpMethod.Get, "/pki/issuer-root.crl") { Headers = { IfNoneMatch = { after.Headers.ETag! } } };
        using var unchanged = await _host.Http.SendAsync(known, Ct);
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);

        async Task<IEnumerable<string>> ListAsync(HttpResponseMessage answer) =>
            RevocationList.Verify(await answer.Content.ReadAsByteArrayAsync(Ct), [root]).OrThrow().Revoked.Select(serial => Convert.ToHexString(serial.ToByteArray(isUnsigned: true, isBigEndian: true)));
    }

    [Fact]
    public async Task A_denied_status_signer_is_in_the_next_bundle_too()
    {
        var status = _host.Get<Signer>().Active(KeyRole.Status).PublicKey;
        Assert.Empty((await BundleAsync()).Content.Denied);
        _host.SetKeyState("status", "denied");
        Assert.Contains(status.ThumbprintText(), _host.Get<Signer>().Denied(KeyRole.Status).Select(key => key.ThumbprintText()));
    }

    [Fact]
    public async Task Deny_names_one_key_and_one_that_is_there()
    {
        Assert.Equal(ServerVerbs.BadSettings, await ExitAsync("deny"));
        Assert.Equal(ServerVerbs.BadSettings, await ExitAsync("deny", "--key", "nobody"));
        Assert.Equal(ServerVerbs.BadSettings, await ExitAsync("deny", "--key", "x", "--name", "credentials"));
        Assert.Equal(0, await ExitAsync("deny", "--name", "credentials"));
    }

    // As the authority does that answers the request beside the key.
    private async Task CertifyAsync(string name)
    {
        using var root = X509Certificate2.CreateFromPemFile(Path.Combine(Pki, "issuer-root.pem"), Path.Combine(Pki, "issuer-root.key"));
        var folder = _host.Signer.KeysDirectory;
        var asked = CertificateRequest.LoadSigningRequestPem(await File.ReadAllTextAsync(Path.Combine(folder, $"{name}.csr"), Ct), HashAlgorithmName.SHA256);
        using var model = X509CertificateLoader.LoadCertificate(_host.Signer.Keys.Certificates(KeyRole.Credentials)[0]);
        var request = new CertificateRequest(model.SubjectName, asked.PublicKey, HashAlgorithmName.SHA256);
        foreach (var extension in model.Extensions.Where(extension => extension is not X509SubjectKeyIdentifierExtension))
        {
            request.CertificateExtensions.Add(extension);
        }

        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(asked.PublicKey, critical: false));
        using var leaf = request.Create(root, model.NotBefore, model.NotAfter, RandomNumberGenerator.GetBytes(16));
        await File.WriteAllTextAsync(Path.Combine(folder, "leaf.pem"), leaf.ExportCertificatePem(), Ct);
        await RunAsync("certify", "--name", name, "--certificates", Path.Combine(folder, "leaf.pem"));
    }

    // What a mass re-issue says before it starts.
    private Task<string?> ReissueFaultAsync(Jwk key) =>
        ReissueCommands.FaultAsync(key.KeyId, null, RevocationGround.KeyCompromise, _host.Get<IServiceProvider>(), Ct);

    private async Task RunAsync(params string[] verb) => Assert.Equal(0, await ExitAsync(verb));

    private Task<int> ExitAsync(params string[] verb) => ServerCommands.RunAsync(
        ["sign", "keys", .. verb, "--Signer:Keys:Directory", _host.Signer.KeysDirectory],
        CardIssuer.Program,
        new InvocationConfiguration { Output = TextWriter.Null, Error = TextWriter.Null });

    private async Task<WalletAnswer> CollectAsync() => await _wallet.RequestAsync(_wallet.Proof(await _wallet.NonceAsync(), _holder));

    private VerificationResult Check(string card, OfflineBundle bundle)
    {
        var shown = HeldSdJwt.Parse(card).OrThrow().Present([ClaimPath.Of("age_equal_or_over", "16")]);
        var presented = HeldSdJwt.Bind(shown, _holder, Audience, "nonce", _host.Time.Now);
        var query = CredentialQuery.OfType("card", "https://example.org/vct/compatriot-card/1").Asking("age_equal_or_over", "16");
        return CredentialVerifier.Verify(presented, new Expectation { Query = query, Nonce = "nonce", Audience = Audience }, Policy.Haip, Trust.From(bundle), _host.Time.Now);
    }

    private async Task<OfflineBundle> BundleAsync() =>
        OfflineBundle.Parse(await _host.Get<BundlePublisher>().BuildAsync(Ct), _host.Get<Signer>().Active(KeyRole.BundleRoot).PublicKey).OrThrow();
}
