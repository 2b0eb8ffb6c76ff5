using System.Text.Json;
using System.Text.Json.Nodes;
using IdentityPlatform.Issuer.Desk;
using IdentityPlatform.Issuer.Tests.Catalogue;

namespace IdentityPlatform.Issuer.Tests.Desk;

public sealed class ApplicationFormTests
{
    private static readonly ApplicationForm Form = new(CatalogueFiles.Card(), CatalogueFiles.Shipped());

    public static JsonObject Valid() => new()
    {
        ["family_name"] = "Щеглова",
        ["given_name"] = "Юлия",
        ["family_name_latin1"] = "SHCHEGLOVA",
        ["given_name_latin1"] = "IULIIA",
        ["birthdate"] = "1991-05-26",
        ["nationalities"] = "am, kz",
        ["citizenship_status"] = "non_citizen",
        ["address"] = new JsonObject { ["country"] = "AM" },
        ["place_of_birth"] = new JsonObject { ["country"] = "", ["locality"] = "Гюмри" },
    };

    [Fact]
    public void A_filled_form_gives_the_claims_and_leaves_out_what_is_empty()
    {
        var claims = Assert.IsType<FilledForm.Complete>(Read(Valid())).Claims;
        Assert.Equal(
            """{"family_name":"Щеглова","given_name":"Юлия","family_name_latin1":"SHCHEGLOVA","given_name_latin1":"IULIIA","birthdate":"1991-05-26","place_of_birth":{"locality":"Гюмри"},"nationalities":["AM","KZ"],"citizenship_status":"non_citizen","address":{"country":"AM"}}""",
            claims.GetRawText());
    }

    [Fact]
    public void A_person_with_one_name_leaves_the_given_name_empty()
    {
        var form = Valid();
        form["given_name"] = "";
        form.Remove("given_name_latin1");
        Assert.IsType<FilledForm.Complete>(Read(form));
    }

    [Fact]
    public void A_name_is_kept_in_one_unicode_form()
    {
        var form = Valid();
        form["family_name"] = "И\u0306оффе";
        Assert.Equal("Йоффе", Assert.IsType<FilledForm.Complete>(Read(form)).Claims.GetProperty("family_name").GetString());
    }

    [Theory]
    [InlineData("family_name", "", FieldFault.Missing)]
    [InlineData("family_name", "a\u0007b", FieldFault.Text)]
    [InlineData("family_name_latin1", "ЩЕГЛОВА", FieldFault.Latin)]
    [InlineData("birthdate", "26.05.1991", FieldFault.Date)]
    [InlineData("birthdate", "2027-01-01", FieldFault.Date)]
    [InlineData("birthdate", "1891-01-01", FieldFault.Date)]
    [InlineData("nationalities", "Armenia", FieldFault.Country)]
    [InlineData("nationalities", "AM KZ KG UZ TJ RU", FieldFault.Country)]
    [InlineData("citizenship_status", "maybe", FieldFault.Choice)]
    [InlineData("religion", "none", FieldFault.Unknown)]
    [InlineData("account", "x", FieldFault.Unknown)]
    [InlineData("document_number", "1", FieldFault.Unknown)]
    public void A_wrong_field_is_named(string field, string value, FieldFault expected)
    {
        var form = Valid();
        form[field] = value;
        Assert.Equal([KeyValuePair.Create(field, expected)], Assert.IsType<FilledForm.Faulty>(Read(form)).Faults);
    }

    [Fact]
    public void A_name_has_at_most_150_characters()
    {
        var form = Valid();
        form["family_name"] = new string('я', 150);
        Assert.IsType<FilledForm.Complete>(Read(form));
        form["family_name"] = new string('я', 151);
        Assert.Equal(FieldFault.Text, Assert.IsType<FilledForm.Faulty>(Read(form)).Faults["family_name"]);
    }

    [Fact]
    public void Members_of_another_type_are_faults_and_no_exceptions()
    {
        foreach (var json in new[] { "1", "{}", "[1]", "true" })
        {
            foreach (var field in Form.Fields)
            {
                var form = Valid();
                form[field.Name] = JsonNode.Parse(json);
                Read(form);
            }
        }
    }

    private static FilledForm Read(JsonObject form) => Form.Read(form.Deserialize<JsonElement>(), new DateOnly(2026, 11, 22));
}
