using System.CommandLine;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting;
using IdentityPlatform.Issuer.Status;
using IdentityPlatform.Issuer.Tests.Catalogue;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Logging.Abstractions;

namespace IdentityPlatform.Issuer.Tests.Status;

/// <summary>The revocation list of a root: made where the root's key is, and served as the signed file that it is.</summary>
public sealed class RevocationListTests : IDisposable
{
    private static readonly string Pki = Path.GetFullPath(Path.Combine(CatalogueFiles.Directory, "..", "..", "..", "..", "keys.example", "pki"));
    private static readonly X509Certificate2 Root = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(Pki, "issuer-root.pem"));
    private static readonly X509Certificate2 Other = X509CertificateLoader.LoadCertificateFromFile(Path.Combine(Pki, "patent-root.pem"));

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("crl-test-");

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task What_is_built_reads_back_with_its_root_and_ends()
    {
        await BuildAsync("issuer-root.crl", "--days", "30");
        var list = RevocationList.Verify(await File.ReadAllBytesAsync(In("issuer-root.crl"), Ct), [Other, Root]).OrThrow();
        Assert.Equal(Root.Thumbprint, list.Root.Thumbprint);
        Assert.Empty(list.Revoked);
        Assert.InRange(list.NextUpdate - list.ThisUpdate, TimeSpan.FromDays(30) - TimeSpan.FromMinutes(1), TimeSpan.FromDays(30) + TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_signer_that_was_revoked_stays_so_in_the_lists_that_follow()
    {
        await BuildAsync("issuer-root.crl", "--revoke", Signer());
        Assert.Equal([SignersSerial()], (await ReadAsync("issuer-root.crl")).Revoked);
        await BuildAsync("next.crl", "--previous", In("issuer-root.crl"));
        Assert.Equal([SignersSerial()], (await ReadAsync("next.crl")).Revoked);

        // Once more is no second entry; what is of another root is none of this list's.
        await BuildAsync("third.crl", "--previous", In("next.crl"), "--revoke", Signer());
        Assert.Equal([SignersSerial()], (await ReadAsync("third.crl")).Revoked);
        Assert.Equal(ServerVerbs.BadSettings, await ExitAsync("fourth.crl", "--revoke", Path.Combine(Pki, "patent-root.pem")));
        Assert.False(File.Exists(In("fourth.crl")));
        CertificateRevocationListBuilder.Load(await File.ReadAllBytesAsync(In("third.crl"), Ct), out var number);
        Assert.Equal(3, number);
    }

    [Fact]
    public async Task What_no_root_of_this_issuer_signed_is_no_list()
    {
        await BuildAsync("issuer-root.crl", "--revoke", Signer());
        var good = await File.ReadAllBytesAsync(In("issuer-root.crl"), Ct);
        Assert.Equal(FormatRule.Certificate, Fault(good, Other));
        Assert.Equal(FormatRule.Structure, Fault([.. good, 0], Root));
        Assert.Equal(FormatRule.Structure, Fault([], Root));
        Assert.Equal(FormatRule.Size, Fault(new byte[RevocationList.MaxBytes + 1], Root));

        // Another key under the same name.
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(Root.SubjectName, key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, true, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.CrlSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        using var forged = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(9));
        Assert.Equal(FormatRule.Signature, Fault(new CertificateRevocationListBuilder().Build(forged, 1, DateTimeOffset.UtcNow.AddDays(9), HashAlgorithmName.SHA256), Root));

        // Every byte counts: no change of one is taken for the root's word.
        for (var at = 0; at < good.Length; at++)
        {
            var changed = good.ToArray();
            changed[at] ^= 1;
            Assert.True(RevocationList.Verify(changed, [Root]).Failed(out _, out _), $"byte {at}");
        }

        Assert.False(RevocationList.Verify(good, [Root]).Failed(out _, out _));
    }

    [Fact]
    public async Task A_file_is_followed_and_one_that_is_wrong_or_older_is_not_taken()
    {
        await BuildAsync("issuer-root.crl");
        var old = await File.ReadAllBytesAsync(In("issuer-root.crl"), Ct);
        var lists = Lists("issuer-root.crl");
        Assert.Empty(lists.Find("issuer-root")!.Revoked);
        Assert.Null(lists.Find("another"));
        Assert.Null(lists.Find("../issuer-root"));

        await Task.Delay(1100, Ct);
        await BuildAsync("issuer-root.crl", "--previous", In("issuer-root.crl"), "--revoke", Signer());
        Assert.Equal([SignersSerial()], lists.Find("issuer-root")!.Revoked);
        foreach (var wrong in new[] { old, [1, 2, 3] })
        {
            await File.WriteAllBytesAsync(In("issuer-root.crl"), wrong, Ct);
            File.SetLastWriteTimeUtc(In("issuer-root.crl"), DateTime.UtcNow.AddSeconds(wrong.Length));
            Assert.Equal([SignersSerial()], lists.Find("issuer-root")!.Revoked);
        }

        File.Delete(In("issuer-root.crl"));
        Assert.Equal([SignersSerial()], lists.Find("issuer-root")!.Revoked);
    }

    [Fact]
    public async Task A_server_that_cannot_serve_a_list_does_not_start_and_one_that_ends_soon_is_told()
    {
        Assert.Throws<SettingsException>(() => Lists("missing.crl"));
        await File.WriteAllTextAsync(In("text.crl"), "no list", Ct);
        Assert.Throws<SettingsException>(() => Lists("text.crl"));
        await BuildAsync("issuer-root.crl", "--days", "30");
        var lists = Lists("issuer-root.crl");
        var clock = new Desk.DeskClock { Now = DateTimeOffset.UtcNow.AddDays(15) };
        Assert.Equal(HealthStatus.Healthy, (await new RevocationHealth(lists, clock).CheckHealthAsync(new HealthCheckContext(), Ct)).Status);
        clock.Now = clock.Now.AddDays(2);
        Assert.Equal(HealthStatus.Degraded, (await new RevocationHealth(lists, clock).CheckHealthAsync(new HealthCheckContext(), Ct)).Status);
    }

    private string In(string file) => Path.Combine(_folder.FullName, file);

    // As the custodian has it: the certificate that the root gave to the card signer.
    private string Signer()
    {
        using var signer = SignersCertificate();
        File.WriteAllText(In("signer.pem"), signer.ExportCertificatePem());
        return In("signer.pem");
    }

    private static BigInteger SignersSerial()
    {
        using var signer = SignersCertificate();
        return new BigInteger(signer.SerialNumberBytes.Span, isUnsigned: true, isBigEndian: true);
    }

    private static X509Certificate2 SignersCertificate()
    {
        var key = StrictJson.ParseObject(File.ReadAllBytes(Path.Combine(Pki, "..", "card-issuer-signer", "credentials.json"))).OrThrow().Element;
        return X509CertificateLoader.LoadCertificate(Convert.FromBase64String(key.StringsMember("x5c")![0]));
    }

    private async Task<RevocationList> ReadAsync(string file) => RevocationList.Verify(await File.ReadAllBytesAsync(In(file), Ct), [Root]).OrThrow();

    private static FormatRule? Fault(byte[] list, X509Certificate2 root) => RevocationList.Verify(list, [root]).Failed(out var failure, out _) ? failure.Rule : null;

    private RevocationLists Lists(string file)
    {
        var configuration = new ConfigurationManager { ["Revocations:Lists:0"] = In(file), ["Bundle:Anchors:0"] = Path.Combine(Pki, "issuer-root.pem") };
        return RevocationLists.Read(configuration, BundleSettings.Read(configuration, development: true), NullLogger<RevocationLists>.Instance);
    }

    private async Task BuildAsync(string file, params string[] more) => Assert.Equal(0, await ExitAsync(file, more));

    private Task<int> ExitAsync(string file, params string[] more) => ServerCommands.RunAsync(
        ["crl", "build", "--root", Path.Combine(Pki, "issuer-root.pem"), "--root-key", Path.Combine(Pki, "issuer-root.key"), "--out", In(file), .. more],
        CardIssuer.Program,
        new InvocationConfiguration { Output = TextWriter.Null, Error = TextWriter.Null });
}
