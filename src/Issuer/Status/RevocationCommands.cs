using System.CommandLine;
using System.Numerics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Hosting;

namespace IdentityPlatform.Issuer.Status;

/// <summary>The verb <c>crl build</c>, for the custodian of a root, on the machine where its key is: no server is asked and no setting read.</summary>
public static class RevocationCommands
{
    private const int DefaultDays = 90;

    public static Command Create()
    {
        var root = new Option<FileInfo>("--root") { Description = "The root's certificate (PEM).", Required = true };
        var key = new Option<FileInfo>("--root-key") { Description = "The root's key (PEM).", Required = true };
        var previous = new Option<FileInfo?>("--previous") { Description = "The list before: what it revokes stays revoked, and its number rises." };
        var revoke = new Option<FileInfo[]>("--revoke") { Description = "A certificate (PEM) that counts no longer; as often as there are some.", AllowMultipleArgumentsPerToken = true };
        var days = new Option<int>("--days") { Description = "For how long it is good.", DefaultValueFactory = _ => DefaultDays };
        var target = new Option<FileInfo>("--out") { Description = "The file to write (DER).", Required = true };
        var build = new Command("build", "Writes a certificate revocation list, signed by the root.") { root, key, previous, revoke, days, target };
        build.SetAction(async (parsed, ct) =>
        {
            try
            {
                var list = Build(
                    parsed.GetRequiredValue(root), parsed.GetRequiredValue(key), parsed.GetValue(previous), parsed.GetValue(revoke) ?? [], TimeSpan.FromDays(parsed.GetValue(days)), DateTimeOffset.UtcNow);
                var file = parsed.GetRequiredValue(target).FullName;

                // Beside the target first: nobody ever serves half a list.
                await File.WriteAllBytesAsync(file + ".new", list, ct);
                File.Move(file + ".new", file, overwrite: true);
                return 0;
            }
            catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
            {
                await parsed.InvocationConfiguration.Error.WriteLineAsync(e.Message);
                return ServerVerbs.BadSettings;
            }
        });
        return new Command("crl", "The certificate revocation list of a root.") { build };
    }

    // RFC 5280 §5.2.3: the number rises with every list; §5.3.1: a key that leaked is the reason that there is.
    private static byte[] Build(FileInfo root, FileInfo key, FileInfo? previous, IReadOnlyList<FileInfo> revoked, TimeSpan lifetime, DateTimeOffset now)
    {
        using var issuer = X509Certificate2.CreateFromPemFile(root.FullName, key.FullName);
        var number = BigInteger.Zero;
        var builder = previous is null ? new CertificateRevocationListBuilder() : Load(previous, issuer, out number);
        foreach (var file in revoked)
        {
            using var certificate = X509CertificateLoader.LoadCertificateFromFile(file.FullName);
            if (!certificate.IssuerName.RawData.AsSpan().SequenceEqual(issuer.SubjectName.RawData))
            {
                throw new ArgumentException($"{file.FullName} is not under {issuer.Subject}.");
            }

            builder.RemoveEntry(certificate.SerialNumberBytes.Span);
            builder.AddEntry(certificate, now, X509RevocationReason.KeyCompromise);
        }

        return builder.Build(issuer, number + 1, now + lifetime, HashAlgorithmName.SHA256, rsaSignaturePadding: null, now);
    }

    private static CertificateRevocationListBuilder Load(FileInfo previous, X509Certificate2 issuer, out BigInteger number)
    {
        var bytes = File.ReadAllBytes(previous.FullName);
        return RevocationList.Verify(bytes, [issuer]).Failed(out var failure, out _)
            ? throw new ArgumentException($"{previous.FullName} cannot be gone on with: {failure.Fact}.")
            : CertificateRevocationListBuilder.Load(bytes, out number);
    }
}
