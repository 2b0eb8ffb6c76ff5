using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace IdentityPlatform.Formats.Trust;

/// <summary>Reads the verified payload of a list of trusted entities. What it says about trust is read strictly; addresses and notices are left alone.</summary>
internal static class TrustedEntityReader
{
    private static readonly string[] Times = ["yyyy-MM-dd'T'HH:mm:ss'Z'", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'"];

    public static Parsed<TrustedEntityList> Read(JsonElement payload)
    {
        // The published schema has a member LoTE around the list; lists in use have it and have it not.
        var list = payload.Member("LoTE") is { } inner && payload.Member("ListAndSchemeInformation") is null ? inner : payload;
        if (list.ObjectMember("ListAndSchemeInformation") is not { } scheme)
        {
            return Missing("ListAndSchemeInformation is missing or no object");
        }

        // Clause 6.3.1: the version of the format.
        if (scheme.LongMember("LoTEVersionIdentifier") != 1)
        {
            return new FormatFailure(FormatRule.Type, "LoTEVersionIdentifier is not 1");
        }

        if (scheme.LongMember("LoTESequenceNumber") is not >= 1)
        {
            return Missing("LoTESequenceNumber is no whole number from 1 on");
        }

        if (NameOf(scheme, "SchemeOperatorName") is null)
        {
            return Missing("SchemeOperatorName is no list of names");
        }

        if (TimeOf(scheme, "ListIssueDateTime") is not { } issuedAt || TimeOf(scheme, "NextUpdate") is not { } nextUpdate || nextUpdate <= issuedAt)
        {
            return Missing("ListIssueDateTime and NextUpdate are times in UTC, in this order");
        }

        return ReadEntities(list).Failed(out var failure, out var services) ? failure : new TrustedEntityList(scheme, issuedAt, nextUpdate, services);
    }

    // Clause 6.4: absent where nobody is trusted yet.
    private static Parsed<List<TrustedService>> ReadEntities(JsonElement list)
    {
        var services = new List<TrustedService>();
        if (list.Member("TrustedEntitiesList") is null)
        {
            return services;
        }

        if (list.ArrayMember("TrustedEntitiesList") is not { } entities)
        {
            return Missing("TrustedEntitiesList is no array");
        }

        var number = 0;
        foreach (var entity in entities.EnumerateArray())
        {
            if (ReadEntity(entity, services) is { } failure)
            {
                return new FormatFailure(failure.Rule, $"TrustedEntitiesList[{number}]: {failure.Fact}");
            }

            number++;
        }

        return services;
    }

    private static FormatFailure? ReadEntity(JsonElement entity, List<TrustedService> services)
    {
        if (entity.ObjectMember("TrustedEntityInformation") is not { } information || NameOf(information, "TEName") is not { } name)
        {
            return Missing("TEName is no list of names");
        }

        if (entity.ArrayMember("TrustedEntityServices") is not { } array || array.GetArrayLength() == 0)
        {
            return Missing("TrustedEntityServices is an array with at least one service");
        }

        foreach (var service in array.EnumerateArray())
        {
            if (ReadService(service, name).Failed(out var failure, out var read))
            {
                return failure;
            }

            services.Add(read);
        }

        return null;
    }

    private static Parsed<TrustedService> ReadService(JsonElement service, string entity)
    {
        if (service.ObjectMember("ServiceInformation") is not { } information || information.ObjectMember("ServiceDigitalIdentity") is not { } identity)
        {
            return Missing("ServiceInformation with a ServiceDigitalIdentity is missing");
        }

        // A restriction that cannot be read must not vanish.
        if (IsWrongText(information, "ServiceTypeIdentifier") || IsWrongText(information, "ServiceStatus"))
        {
            return Missing("ServiceTypeIdentifier and ServiceStatus are strings");
        }

        var since = TimeOf(information, "StatusStartingTime");
        if (information.Member("StatusStartingTime") is not null && since is null)
        {
            return Missing("StatusStartingTime is a time in UTC");
        }

        return ReadCertificates(identity).Failed(out var failure, out var certificates)
            ? failure
            : new TrustedService(entity, information.StringMember("ServiceTypeIdentifier"), information.StringMember("ServiceStatus"), since, certificates);
    }

    private static Parsed<List<X509Certificate2>> ReadCertificates(JsonElement identity)
    {
        var certificates = new List<X509Certificate2>();
        if (identity.Member("X509Certificates") is null)
        {
            return certificates;
        }

        if (identity.ArrayMember("X509Certificates") is not { } array)
        {
            return Missing("X509Certificates is no array");
        }

        foreach (var item in array.EnumerateArray())
        {
            if (item.StringMember("val") is not { } text)
            {
                return Missing("a certificate has a val");
            }

            if (X5c.ReadAny(text).Failed(out var failure, out var certificate))
            {
                return failure;
            }

            certificates.Add(certificate);
        }

        return certificates;
    }

    private static bool IsWrongText(JsonElement json, string name) => json.Member(name) is not null && string.IsNullOrEmpty(json.StringMember(name));

    // Clause 6.1: names in several languages; the first one is enough to tell who it is.
    private static string? NameOf(JsonElement json, string member) =>
        json.ArrayMember(member) is { } names && names.GetArrayLength() > 0 && names.EnumerateArray().All(name => name.StringMember("value") is { Length: > 0 })
            ? names[0].StringMember("value")
            : null;

    private static DateTimeOffset? TimeOf(JsonElement json, string name) =>
        DateTimeOffset.TryParseExact(json.StringMember(name), Times, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

    private static FormatFailure Missing(string fact) => new(FormatRule.Member, fact);
}
