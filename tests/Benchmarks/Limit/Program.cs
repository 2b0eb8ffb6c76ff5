using IdentityPlatform.Benchmarks.Limit;

// The floor under every token endpoint: HTTP, a Basic header, a form, an ES256 signature for each token, a JSON answer, and nothing else.
var builder = WebApplication.CreateBuilder(args);
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.ConfigureKestrel(kestrel =>
{
    // As the servers have it.
    kestrel.AddServerHeader = false;
    kestrel.Limits.MaxRequestBodySize = 256 * 1024;
});
await using var app = builder.Build();
using var endpoint = new TokenEndpoint(
    builder.Configuration["Client:Id"] ?? throw new InvalidOperationException("Client:Id is missing."),
    builder.Configuration["Client:Secret"] ?? throw new InvalidOperationException("Client:Secret is missing."));
app.MapGet("/authorize", TokenEndpoint.Visit);
app.MapPost("/token", endpoint.HandleAsync);
await app.RunAsync();
