using System.Text.Json;
using System.Text.Json.Nodes;

namespace IdentityPlatform.Issuer.Endpoints;

/// <summary>OpenAPI documents of the desk's and the operator's API: <c>/openapi/desk.json</c>, <c>/openapi/operator.json</c>. They say what every officer's browser sees anyway.</summary>
internal static class ApiDescriptions
{
    private static readonly (string Name, string Title, string[] Paths)[] Documents =
    [
        ("desk", "The desk of a card issuer", ["desk", "officers"]),
        ("operator", "The operation of a card issuer", ["operator"]),
    ];

    public static void AddDescriptions(this IServiceCollection services)
    {
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower);
        foreach (var (name, title, paths) in Documents)
        {
            services.AddOpenApi(name, options =>
            {
                options.ShouldInclude = description => paths.Contains(description.RelativePath?.Split('/')[0]);
                options.AddDocumentTransformer((document, _, _) =>
                {
                    document.Info.Title = title;
                    document.Info.Version = "1";
                    document.Info.Description = "Officers sign in with a passkey (a session cookie). Every POST carries the Origin of this service; forms are taken as well as JSON. "
                        + "A refusal has the HTTP status 400, 401, 403 or 409 and one code of the desk's rules in 'error'.";
                    document.Servers = [];
                    return Task.CompletedTask;
                });
            });
        }
    }

    public static void MapDescriptions(this IEndpointRouteBuilder app) => app.MapOpenApi("/openapi/{documentName}.json");

    /// <summary>Says what an endpoint does, and what it answers with.</summary>
    public static RouteHandlerBuilder Says<TAnswer>(this RouteHandlerBuilder endpoint, string summary) => endpoint
        .WithSummary(summary)
        .Produces<TAnswer>()
        .Produces<Refusal>(StatusCodes.Status401Unauthorized)
        .Produces<Refusal>(StatusCodes.Status403Forbidden)
        .Produces<Refusal>(StatusCodes.Status409Conflict);

    /// <summary>The same for one that takes a body.</summary>
    public static RouteHandlerBuilder Says<TBody, TAnswer>(this RouteHandlerBuilder endpoint, string summary)
        where TBody : notnull => endpoint.Accepts<TBody>(isOptional: true, "application/json", "application/x-www-form-urlencoded").Says<TAnswer>(summary).Produces<Refusal>(StatusCodes.Status400BadRequest);

    /// <param name="Error">The rule, in snake_case.</param>
    /// <param name="ErrorDescription">For developers.</param>
    /// <param name="Message">For people, in their language.</param>
    public sealed record Refusal(string Error, string? ErrorDescription, string? Message);

    public sealed record Nothing;

    public sealed record Case(string Id, string State);

    public sealed record Queue(IReadOnlyList<Case> Cases);

    public sealed record Moved(string Location, string Id, string State);

    public sealed record PresentedDocument(string Document, string IssuingState, string DocumentNumber);

    /// <param name="Document">passport, identity-card, …</param>
    /// <param name="IssuingState">Two letters.</param>
    /// <param name="DocumentNumber">As printed; only a keyed hash of it is kept.</param>
    /// <param name="Steps">pass, fail or na by step.</param>
    public sealed record Proofing(string Document, string IssuingState, string DocumentNumber, IReadOnlyDictionary<string, string> Steps);

    /// <param name="Decision">recommend, recommend-refusal, approve or refuse.</param>
    /// <param name="Ground">Of a refusal.</param>
    /// <param name="Related">The officer says that the applicant is a relative.</param>
    public sealed record Ask(string Decision, string? Ground, bool? Related);

    /// <param name="Decision">To be sent back with the credential.</param>
    /// <param name="Options">For navigator.credentials.get.</param>
    public sealed record Question(string Decision, JsonObject Options);

    public sealed record Answer(string Decision, JsonObject Credential);

    /// <param name="Frozen">True where guardians disagree about the child.</param>
    public sealed record Card(string Id, string State, string? Order, string? OrderState, bool? Frozen);

    /// <param name="Document">passport, identity-card, …</param>
    /// <param name="IssuingState">Two letters.</param>
    /// <param name="DocumentNumber">As printed; only a keyed hash of it is kept.</param>
    /// <param name="Language">Of the paper.</param>
    public sealed record PrintOrder(string Document, string IssuingState, string DocumentNumber, string Language);

    /// <param name="Id">The case.</param>
    /// <param name="Code">The text of the QR code; nothing of it is kept.</param>
    public sealed record Paper(string Id, string Code);

    /// <param name="Step">propose, confirm, decline, uphold or overturn.</param>
    /// <param name="Order">Not for a proposal.</param>
    /// <param name="Kind">Of a proposal: suspect-fraud, revoke, annul, amend, resume-by-court or resume-by-agency.</param>
    /// <param name="Ground">Of a proposal to revoke.</param>
    /// <param name="Norm">Of a proposal to annul: the norm that is cited.</param>
    /// <param name="Amended">Of a proposal to amend: the claim as it is to be.</param>
    public sealed record CardStep(string Step, string? Order, string? Kind, string? Ground, string? Norm, JsonObject? Amended);

    /// <param name="Jpeg">A JPEG as base64, at most 40 KB and 1200 pixels; empty to take it out again.</param>
    /// <param name="Consent">The applicant agrees.</param>
    public sealed record Photo([property: System.Text.Json.Serialization.JsonPropertyName("photo")] string Jpeg, bool Consent);

    public sealed record Offer(string CredentialOffer, string CredentialOfferUri, string Link, long ExpiresAt, string? TxCode);

    public sealed record EnrolmentCode(string Code);

    public sealed record PasskeyQuestion(string Ceremony, JsonObject Options);

    public sealed record PasskeyAnswer(string Ceremony, JsonObject Credential);

    public sealed record Entered(string Location, string Officer);
}
