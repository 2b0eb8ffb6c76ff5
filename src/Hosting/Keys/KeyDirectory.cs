using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.Hosting.Keys;

/// <summary>
/// Makes and changes the files of a key directory. Files are written whole and then moved into place, readable by their
/// owner alone; private parts are never printed.
/// </summary>
internal sealed class KeyDirectory
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly string _path;

    private KeyDirectory(string path) => _path = path;

    /// <summary>Opens a directory, or makes it.</summary>
    public static KeyDirectory OpenOrCreate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(path);
        }
        else
        {
            Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
        }

        return new KeyDirectory(path);
    }

    public IReadOnlyList<KeyFile> Files() => [.. Directory.GetFiles(_path, "*.json").Order(StringComparer.Ordinal).Select(KeyFile.Read)];

    /// <summary>Makes a key and gives its file; beside it goes a certificate request where the role needs a certificate.</summary>
    public string CreateKey(KeyRole role, JwsAlgorithm algorithm, KeyState state, string? name)
    {
        using var ecdsa = ECDsa.Create(CurveOf(algorithm));
        var keyId = Jwk.Of(ecdsa).ThumbprintText();
        name ??= $"{KeyNames.Of(role)}-{keyId[..8]}";
        var file = Write(name, new JsonObject
        {
            ["role"] = KeyNames.Of(role),
            ["state"] = KeyNames.Of(state),
            ["jwk"] = JsonNode.Parse(JsonText.Write(writer => PrivateJwk.Write(writer, ecdsa, keyId))),
        });
        if (NeedsCertificate(role))
        {
            var request = new CertificateRequest($"CN={KeyNames.Of(role)}", ecdsa, algorithm.Hash());
            File.WriteAllText(Path.Combine(_path, $"{name}.csr"), request.CreateSigningRequestPem() + "\n");
        }

        return file;
    }

    /// <summary>Makes a secret of 32 random bytes and gives its file.</summary>
    public string CreateSecret(SecretRole role) => Write(KeyNames.Of(role), new JsonObject
    {
        ["role"] = KeyNames.Of(role),
        ["secret"] = Base64UrlText.Encode(RandomNumberGenerator.GetBytes(KeyFile.SecretBytes)),
    });

    /// <summary>The public half of a key, for those who pin or register it.</summary>
    public Jwk PublicKeyOf(string name) => KeyFile.Read(Existing(name)) is KeySigningFile file
        ? file.Key.PublicKey
        : throw new KeyDirectoryException($"Key file {name}.json holds a secret: nothing of it is public.");

    /// <summary>Puts certificates, leaf first, into the file of a key. A trust anchor has no place among them (HAIP §6.1.1).</summary>
    public string Certify(string name, string pemFile)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPemFile(pemFile);
        if (certificates.Count == 0 || certificates.Any(c => c.SubjectName.RawData.AsSpan().SequenceEqual(c.IssuerName.RawData)))
        {
            throw new KeyDirectoryException($"Certificate file {pemFile}: it holds the leaf and what lies between leaf and anchor, and nothing self-signed.");
        }

        return Change(name, json => json["x5c"] = new JsonArray([.. certificates.Select(c => (JsonNode)Convert.ToBase64String(c.RawData))]));
    }

    /// <summary>Gives a key another state.</summary>
    public string SetState(KeySigningFile key, KeyState state) =>
        Change(Path.GetFileNameWithoutExtension(key.Path), json => json["state"] = KeyNames.Of(state));

    private static bool NeedsCertificate(KeyRole role) =>
        role is KeyRole.Credentials or KeyRole.Status or KeyRole.Metadata or KeyRole.RequestObjects or KeyRole.WalletProvider;

    private static ECCurve CurveOf(JwsAlgorithm algorithm) => algorithm.Curve() switch
    {
        "P-256" => ECCurve.NamedCurves.nistP256,
        "P-384" => ECCurve.NamedCurves.nistP384,
        "P-521" => ECCurve.NamedCurves.nistP521,
        _ => throw new KeyDirectoryException($"Keys for {algorithm} are not made here: import one as a key file."),
    };

    private string Change(string name, Action<JsonObject> change)
    {
        var json = JsonNode.Parse(File.ReadAllText(Existing(name)))!.AsObject();
        change(json);
        return Write(name, json, overwrite: true);
    }

    private string Existing(string name)
    {
        var path = Path.Combine(_path, $"{name}.json");
        return File.Exists(path) ? path : throw new KeyDirectoryException($"Key file {path} does not exist.");
    }

    // What is written is read back before it counts, so that a file that the server would refuse never takes its place.
    private string Write(string name, JsonObject json, bool overwrite = false)
    {
        var path = Path.Combine(_path, $"{name}.json");
        if (!overwrite && File.Exists(path))
        {
            throw new KeyDirectoryException($"Key file {path} exists already.");
        }

        var draft = path + ".new";
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var writer = new StreamWriter(draft, options))
        {
            writer.Write(json.ToJsonString(Indented) + "\n");
        }

        try
        {
            _ = KeyFile.Read(draft);
            File.Move(draft, path, overwrite);
            return path;
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
