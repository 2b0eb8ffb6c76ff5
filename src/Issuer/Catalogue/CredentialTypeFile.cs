using System.Buffers;
using System.Text.Json;

namespace IdentityPlatform.Issuer.Catalogue;

/// <summary>Reads the data file of a credential type.</summary>
public static class CredentialTypeFile
{
    /// <summary>Parses strictly; the exception names the rule and the member.</summary>
    /// <exception cref="CatalogueException">The file is wrong.</exception>
    public static CredentialType Parse(JsonElement json, string place)
    {
        var file = new CatalogueObject(json, place);
        if (file.Text("format") != "dc+sd-jwt")
        {
            throw file.Wrong("format", "only dc+sd-jwt is issued");
        }

        var claims = Claims(file, "claims");
        var ofEvent = claims.Exists(claim => claim.Source == ClaimSource.Event);
        var endsWithEvent = ofEvent && !claims.Exists(claim => claim.Name == "programme_id");
        var type = new CredentialType
        {
            Id = Name(file, "id"),
            Scope = Name(file, "scope"),
            Vct = Vct(file),
            Mdoc = file.Has("mdoc") ? MdocForms.Form(file.Object("mdoc"), Name) : null,
            // OpenID4VCI 1.0 §12.2.4: batch_size is 2 or more, and absent where there are no batches; one record of copies bounds it above.
            BatchSize = ofEvent ? 1 : file.Number("batch_size", 2, 50),
            CopyValidityDays = ofEvent ? 0 : file.Number("copy_validity_days", 1, 366),
            CardValidityMonths = endsWithEvent ? 0 : file.Number("card_validity_months", 1, 240),
            Name = file.Localised("name"),
            Description = file.Localised("description"),
            BackgroundColor = Colour(file, "background_color"),
            TextColor = Colour(file, "text_color"),
            KeyAttestations = file.Has("key_attestations") ? KeyAttestations(file.Object("key_attestations")) : null,
            Represents = file.Has("represents") ? Representation.Read(file.Object("represents")) : null,
            Printed = file.Has("printed") ? PrintedForm.Read(file.Object("printed")) : null,
            Claims = claims,
        };
        file.NothingElse();
        MdocForms.Check(type, place);
        Representation.Check(type, place);
        PrintedForm.Check(type, place);
        CheckTogether(type, place);
        return type;
    }

    // What the issuer-signed part says itself (SD-JWT VC §2.2.2) is not for a catalogue to name.
    private static readonly string[] Technical =
        ["iss", "sub", "aud", "iat", "nbf", "exp", "jti", "vct", "vct#integrity", "aka_vcts", "cnf", "status", "_sd", "_sd_alg", "..."];

    private static readonly SearchValues<char> NameLetters = SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_-");

    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    // What only the whole type shows: ages are of a date that it has, and what is paid for is issued somewhere.
    private static void CheckTogether(CredentialType type, string place)
    {
        foreach (var ages in type.Claims.Where(claim => claim.Type == ClaimType.Ages))
        {
            if (!type.Claims.Any(claim => claim.Name == ages.Of && claim.Type == ClaimType.Date))
            {
                throw new CatalogueException(CatalogueRule.BadValue, $"{place}.claims.{ages.Name}.of", "the name of a claim of type date is expected");
            }
        }

        if (type.Claims.FirstOrDefault(claim => claim.Type == ClaimType.Flag && claim.Source != ClaimSource.Event) is { } flag)
        {
            throw new CatalogueException(CatalogueRule.BadValue, $"{place}.claims.{flag.Name}", "nobody is asked for a flag: it is said of an event");
        }

        // What a ticket says is its event's: with anything of a person it would be a list of guests.
        if (type.Claims.FirstOrDefault(claim => type.IsOfEvent && claim.Source != ClaimSource.Event) is { } stranger)
        {
            throw new CatalogueException(CatalogueRule.BadValue, $"{place}.claims.{stranger.Name}", "a ticket has claims of its event alone");
        }

        var values = type.Claims.Select(claim => claim.Value).OfType<IssuerValue>().ToList();
        var ofRegion = values.Exists(value => value is IssuerValue.PaidUntil or IssuerValue.Regions or IssuerValue.SeriesNumber);
        if (ofRegion && (type.Jurisdiction is not { Required: true } || !type.IsPaid))
        {
            throw new CatalogueException(CatalogueRule.BadValue, $"{place}.claims", "what is issued by a region has a required claim of type region, and 'paid_until'");
        }

        if (values.GroupBy(value => value).FirstOrDefault(group => group.Count() > 1) is { } doubled)
        {
            throw new CatalogueException(CatalogueRule.DoubledName, $"{place}.claims", $"the value '{doubled.Key}' occurs twice");
        }
    }

    // Present, and be it empty: keys have to be attested. Each list: one of these has to be said about them (OpenID4VCI 1.0 Appendix D.2).
    private static KeyAttestationNeed KeyAttestations(CatalogueObject json)
    {
        var need = new KeyAttestationNeed(
            json.Has("key_storage") ? json.Texts("key_storage") : [], json.Has("user_authentication") ? json.Texts("user_authentication") : []);
        json.NothingElse();
        return need;
    }

    private static List<ClaimDefinition> Claims(CatalogueObject parent, string name)
    {
        var claims = parent.Objects(name).Select(Claim).ToList();
        return claims.GroupBy(claim => claim.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } doubled
            ? throw new CatalogueException(CatalogueRule.DoubledName, $"{parent.Place}.{name}", $"'{doubled.Key}' occurs twice")
            : claims;
    }

    private static ClaimDefinition Claim(CatalogueObject json)
    {
        var name = AllowedName(json);
        var (type, source) = (json.OneOf<ClaimType>("type"), json.OneOf<ClaimSource>("source"));
        var claim = new ClaimDefinition
        {
            Name = name,
            Type = type,
            Source = source,
            Value = source == ClaimSource.Issuer ? json.OneOf<IssuerValue>("value") : null,
            Required = json.Flag("required"),
            AlwaysDisclosed = json.Has("disclosed") && Disclosed(json),
            Purpose = json.Localised("purpose"),
            Label = json.Localised("label"),
            Members = type is ClaimType.Parts or ClaimType.Whole ? Claims(json, "members") : [],
            Items = type == ClaimType.List ? Items(json) : null,
            Words = type == ClaimType.Choice || json.Has("words") ? Words(json) : [],
            Thresholds = type == ClaimType.Ages ? Thresholds(json) : [],
            Of = type == ClaimType.Ages ? json.Text("of") : null,
            ThresholdLabel = type == ClaimType.Ages ? json.Localised("threshold_label") : null,
            Mdoc = json.Has("mdoc") ? MdocForms.Place(json.Object("mdoc"), type) : null,
            Length = type == ClaimType.Digits ? json.Number("length", 1, 40) : 0,
        };
        json.NothingElse();
        return claim;
    }

    // Said with the one word that differs from what holds everywhere else.
    private static bool Disclosed(CatalogueObject json) => json.Text("disclosed") == "always" ? true : throw json.Wrong("disclosed", "'always' is expected, or nothing");

    private static string AllowedName(CatalogueObject json)
    {
        var name = Name(json, "name");
        if (ForbiddenFields.Find(name) is { } kind)
        {
            throw new CatalogueException(CatalogueRule.ForbiddenField, $"{json.Place}.{name}", $"no credential holds this ({kind})");
        }

        if (Technical.Contains(name, StringComparer.Ordinal) && !json.Place.Contains(".members[", StringComparison.Ordinal))
        {
            throw json.Wrong("name", $"'{name}' belongs to the format");
        }

        return name;
    }

    private static List<ChoiceWord> Words(CatalogueObject json)
    {
        var words = json.Objects("words").Select(Word).ToList();
        return words.DistinctBy(word => word.Word).Count() == words.Count
            ? words
            : throw new CatalogueException(CatalogueRule.DoubledName, $"{json.Place}.words", "a word occurs twice");
    }

    private static ChoiceWord Word(CatalogueObject json)
    {
        var word = new ChoiceWord(Name(json, "word"), json.Localised("label"));
        json.NothingElse();
        return word;
    }

    private static ClaimType Items(CatalogueObject json)
    {
        var items = json.OneOf<ClaimType>("items");
        return items is ClaimType.Text or ClaimType.Country or ClaimType.Region or ClaimType.Choice && json.Has("words") == (items == ClaimType.Choice)
            ? items
            : throw json.Wrong("items", "items are texts, countries, regions, or choices with their words");
    }

    private static IReadOnlyList<int> Thresholds(CatalogueObject json)
    {
        var ages = json.Numbers("thresholds");
        return ages.Zip(ages.Skip(1)).All(pair => pair.First < pair.Second) && ages[0] > 0 && ages[^1] <= 120
            ? ages
            : throw json.Wrong("thresholds", "ages rise from 1 to 120");
    }

    private static string Name(CatalogueObject json, string member)
    {
        var name = json.Text(member);
        return name.Length <= 64 && !name.AsSpan().ContainsAnyExcept(NameLetters)
            ? name
            : throw json.Wrong(member, "small letters, digits, '_' and '-' are expected");
    }

    private static string Vct(CatalogueObject json)
    {
        var vct = json.Text("vct");
        return Uri.TryCreate(vct, UriKind.Absolute, out var uri) && uri.Scheme == Uri.UriSchemeHttps && uri.Query.Length == 0 && uri.Fragment.Length == 0
            ? vct
            : throw json.Wrong("vct", "an https URL without query and fragment is expected");
    }

    private static string Colour(CatalogueObject json, string member)
    {
        var colour = json.Text(member);
        return colour.Length == 7 && colour[0] == '#' && !colour.AsSpan(1).ContainsAnyExcept(HexDigits)
            ? colour
            : throw json.Wrong(member, "a colour is written #rrggbb in small letters");
    }
}
