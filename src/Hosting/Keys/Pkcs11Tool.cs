using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Hosting.Keys;

/// <summary>
/// Makes and destroys keys in a token, with the operator's tool <c>pkcs11-tool</c> (Debian: opensc). A call of
/// C_GenerateKeyPair of our own would be some 200 lines of structures whose layout depends on the platform, and templates
/// that differ from maker to maker: the tool knows those. It runs a few times a year, and not on the way of any request.
/// </summary>
internal sealed class Pkcs11Tool(Pkcs11Module module)
{
    private const string Program = "pkcs11-tool";

    // The PIN goes by the environment: everybody may read a command line.
    private const string PinVariable = "KEYS_PKCS11_PIN";

    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    /// <summary>Makes a key that never leaves the token, and gives its place and public half.</summary>
    public (Pkcs11Uri Uri, Jwk PublicKey) Create(KeyKind kind, string label)
    {
        var type = kind.Algorithm.Curve() switch
        {
            "P-256" => "EC:prime256v1",
            "P-384" => "EC:secp384r1",
            "P-521" => "EC:secp521r1",
            _ => string.Create(CultureInfo.InvariantCulture, $"rsa:{kind.RsaBits}"),
        };
        var id = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        Run(kind.Token!, "--keypairgen", "--key-type", type, "--usage-sign", "--label", label, "--id", id);
        return (new(kind.Token!, label), ReadPublic(kind, id));
    }

    /// <summary>Destroys a key.</summary>
    public void Destroy(Pkcs11Uri uri)
    {
        Run(uri.Token, "--delete-object", "--type", "privkey", "--label", uri.Label);
        Run(uri.Token, "--delete-object", "--type", "pubkey", "--label", uri.Label);
    }

    private Jwk ReadPublic(KeyKind kind, string id)
    {
        var file = Path.GetTempFileName();
        try
        {
            Run(kind.Token!, "--read-object", "--type", "pubkey", "--id", id, "--output-file", file);
            var der = File.ReadAllBytes(file);
            if (kind.Algorithm.Curve() is null)
            {
                using var rsa = RSA.Create();
                rsa.ImportSubjectPublicKeyInfo(der, out _);
                return Jwk.Of(rsa, Jwk.Of(rsa).ThumbprintText(), kind.Algorithm);
            }

            using var ecdsa = ECDsa.Create();
            ecdsa.ImportSubjectPublicKeyInfo(der, out _);
            return Jwk.Of(ecdsa, Jwk.Of(ecdsa).ThumbprintText());
        }
        finally
        {
            File.Delete(file);
        }
    }

    // Without "--login-type": the user's PIN is the default. What the tool prints names objects, never the PIN.
    private void Run(string token, params IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(Program, ["--module", module.Path, "--token-label", token, "--login", "--pin", $"env:{PinVariable}", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment[PinVariable] = module.Pin;
        try
        {
            using var process = Process.Start(start)!;
            process.StandardInput.Close();
            var said = process.StandardError.ReadToEndAsync();
            _ = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(Patience))
            {
                process.Kill();
                throw new KeyDirectoryException($"{Program} on token {token} did not end within {Patience.TotalSeconds} s.");
            }

            if (process.ExitCode != 0)
            {
                throw new KeyDirectoryException($"{Program} {arguments[0]} on token {token} failed: {said.Result.Trim()}");
            }
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new KeyDirectoryException($"{Program} is not installed (on Debian or Ubuntu: apt-get install opensc).", e);
        }
    }
}
