using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using IdentityPlatform.Hosting;
using IdentityPlatform.Hosting.Web;
using Microsoft.Extensions.Configuration;

namespace IdentityPlatform.OAuth.Clients;

/// <summary>The settings about clients, read strictly: <c>Mtls:…</c>, <c>Fetch:…</c>, <c>Registration:…</c>.</summary>
public sealed class ClientSettings
{
    private ClientSettings(MutualTls? mutualTls, OutboundOptions outbound, RegistrationOptions? registration) =>
        (MutualTls, Outbound, Registration) = (mutualTls, outbound, registration);

    /// <summary>Null without <c>Mtls:PublicUrl</c>.</summary>
    public MutualTls? MutualTls { get; }

    public OutboundOptions Outbound { get; }

    /// <summary>Null unless <c>Registration:Enabled</c> is true.</summary>
    public RegistrationOptions? Registration { get; }

    /// <summary>Reads the settings.</summary>
    /// <exception cref="SettingsException">Names the key.</exception>
    public static ClientSettings Read(IConfiguration configuration, bool development)
    {
        SettingsReader.RefuseUnknown(configuration, "Mtls", "PublicUrl", "Anchors", "ClientCertHeader");
        SettingsReader.RefuseUnknown(configuration, "Fetch", "AllowLoopback", "Networks", "Anchors");
        SettingsReader.RefuseUnknown(configuration, "Registration", "Enabled", "Allow");
        var reader = new SettingsReader(configuration);
        return new(ReadMutualTls(reader), ReadOutbound(reader, development), ReadRegistration(reader));
    }

    private static MutualTls? ReadMutualTls(SettingsReader reader)
    {
        const string key = "Mtls:PublicUrl";
        if (reader.Find(key) is null)
        {
            return reader.Find("Mtls:Anchors") is null && reader.Find("Mtls:ClientCertHeader") is null
                ? null
                : throw new SettingsException(key, "is missing, and other settings of Mtls are there.");
        }

        var certificates = Certificates(reader, "Mtls:Anchors");
        return new MutualTls
        {
            PublicUrl = reader.PublicUrl(key, development: false),
            Anchors = [.. certificates.Where(IsSelfIssued)],
            Intermediates = [.. certificates.Where(certificate => !IsSelfIssued(certificate))],
            Proxies = Networks(reader, "Mtls:ClientCertHeader"),
        };
    }

    private static OutboundOptions ReadOutbound(SettingsReader reader, bool development)
    {
        const string key = "Fetch:AllowLoopback";
        var loopback = Boolean(reader, key);
        return loopback && !development
            ? throw new SettingsException(key, "is for Development only.")
            : new OutboundOptions
            {
                AllowLoopback = loopback,
                Networks = Networks(reader, "Fetch:Networks"),
                Anchors = Certificates(reader, "Fetch:Anchors"),
            };
    }

    private static RegistrationOptions? ReadRegistration(SettingsReader reader)
    {
        const string key = "Registration:Allow";
        var allow = RegistrationPermissionNames.Find(Words(reader.Find(key)))
            ?? throw new SettingsException(key, $"holds something other than {string.Join(", ", RegistrationPermissionNames.All)}.");
        return Boolean(reader, "Registration:Enabled") ? new RegistrationOptions { Allow = allow } : null;
    }

    private static bool Boolean(SettingsReader reader, string key) => reader.Find(key)?.ToLowerInvariant() switch
    {
        null or "false" => false,
        "true" => true,
        _ => throw new SettingsException(key, "is neither true nor false."),
    };

    private static string[] Words(string? text) => text?.Split([' ', ','], StringSplitOptions.RemoveEmptyEntries) ?? [];

    // Addresses, and networks of them.
    private static List<IPNetwork> Networks(SettingsReader reader, string key)
    {
        var networks = new List<IPNetwork>();
        foreach (var text in Words(reader.Find(key)))
        {
            if (IPAddress.TryParse(text, out var address))
            {
                networks.Add(new IPNetwork(address, address.GetAddressBytes().Length * 8));
            }
            else
            {
                networks.Add(IPNetwork.TryParse(text, out var network) ? network : throw new SettingsException(key, $"'{text}' is neither an address nor a network such as 10.1.0.0/16."));
            }
        }

        return networks;
    }

    // Every certificate of every *.pem and *.crt file.
    private static List<X509Certificate2> Certificates(SettingsReader reader, string key)
    {
        if (reader.Find(key) is null)
        {
            return [];
        }

        var found = new X509Certificate2Collection();
        foreach (var file in Directory.EnumerateFiles(reader.Directory(key)).Where(name => Path.GetExtension(name) is ".pem" or ".crt").Order(StringComparer.Ordinal))
        {
            try
            {
                found.ImportFromPemFile(file);
            }
            catch (CryptographicException)
            {
                throw new SettingsException(key, $"{file} is no PEM file of certificates.");
            }
        }

        return found.Count > 0 ? [.. found] : throw new SettingsException(key, "the directory has no certificate in a .pem or .crt file.");
    }

    private static bool IsSelfIssued(X509Certificate2 certificate) => certificate.SubjectName.RawData.AsSpan().SequenceEqual(certificate.IssuerName.RawData);
}
