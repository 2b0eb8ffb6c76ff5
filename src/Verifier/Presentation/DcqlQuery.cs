using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using IdentityPlatform.Formats;

namespace IdentityPlatform.Verifier.Presentation;

/// <summary>A query in the Digital Credentials Query Language (OpenID4VP §6): what a verifier asks for.</summary>
public sealed class DcqlQuery
{
    internal DcqlQuery(ImmutableArray<CredentialQuery> credentials, ImmutableArray<CredentialSet> sets)
    {
        if (credentials.IsEmpty || credentials.DistinctBy(query => query.Id).Count() != credentials.Length)
        {
            throw new ArgumentException("A query asks for at least one credential, each under its own id.", nameof(credentials));
        }

        var ids = credentials.Select(query => query.Id).ToHashSet(StringComparer.Ordinal);
        if (sets.Any(set => set.Options.IsEmpty || set.Options.Any(option => option.IsEmpty || !option.All(ids.Contains))))
        {
            throw new ArgumentException("A credential set names queries by their ids.", nameof(sets));
        }

        (Credentials, CredentialSets) = (credentials, sets);
    }

    /// <summary>The credentials asked for.</summary>
    public ImmutableArray<CredentialQuery> Credentials { get; }

    /// <summary>Alternatives among them; none means that all are asked for.</summary>
    public ImmutableArray<CredentialSet> CredentialSets { get; }

    /// <summary>Asks for all of the credentials.</summary>
    public static DcqlQuery For(params ReadOnlySpan<CredentialQuery> credentials) => new([.. credentials], []);

    /// <summary>Parses a query; formats other than <c>dc+sd-jwt</c> are refused here, unknown members are ignored (OpenID4VP §6).</summary>
    public static Parsed<DcqlQuery> Parse(JsonElement json) => DcqlReader.Read(json);

    /// <summary>Accepts alternatives among the credentials.</summary>
    public DcqlQuery WithSets(params IEnumerable<CredentialSet> sets) => new(Credentials, [.. sets]);

    /// <summary>Writes the query as a JSON object.</summary>
    public void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        DcqlJson.WriteList(writer, "credentials", Credentials, query => query.WriteTo(writer));
        DcqlJson.WriteList(writer, "credential_sets", CredentialSets, set => set.WriteTo(writer));
        writer.WriteEndObject();
    }

    /// <summary>The query as JSON text.</summary>
    public string ToJson() => Encoding.UTF8.GetString(JsonText.Write(WriteTo));

    /// <summary>True when the credentials that were accepted, by id, answer the whole query (OpenID4VP §6.4.2).</summary>
    public bool IsSatisfiedBy(IReadOnlySet<string> accepted) => CredentialSets.IsEmpty
        ? Credentials.All(query => accepted.Contains(query.Id))
        : CredentialSets.Where(set => set.Required).All(set => set.Options.Any(option => option.All(accepted.Contains)));
}

/// <summary>Alternatives of credential queries, the preferred first (OpenID4VP §6.2).</summary>
/// <param name="Options">Each names queries by their ids.</param>
/// <param name="Required">Whether one of them has to be answered.</param>
public sealed record CredentialSet(ImmutableArray<ImmutableArray<string>> Options, bool Required = true)
{
    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        DcqlJson.WriteList(writer, "options", Options, option => DcqlJson.WriteStrings(writer, null, option));
        if (!Required)
        {
            writer.WriteBoolean("required", false);
        }

        writer.WriteEndObject();
    }
}
