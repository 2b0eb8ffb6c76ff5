using System.CommandLine;
using IdentityPlatform.Playground;

// Starts the real programs, plays the story, and keeps serving.
var once = new Option<bool>("--once") { Description = "Exits after the story: 0 only if every step held." };
var fresh = new Option<bool>("--fresh") { Description = "Forgets earlier data first." };
var damage = new Option<int?>("--break") { Description = "Damages what this step stands on before it is played: the story has to notice." };
var data = new Option<DirectoryInfo?>("--data") { Description = "Where databases, bundles and logs go; .playground in the repository by default." };
var root = new RootCommand("Plays the whole story of the platform on localhost.") { once, fresh, damage, data };
root.SetAction((parsed, ct) =>
{
    var options = new PlayOptions(parsed.GetValue(once), parsed.GetValue(fresh), parsed.GetValue(damage), parsed.GetValue(data)?.FullName);
    return Play.RunAsync(parsed.InvocationConfiguration.Output, options, ct);
});
return await root.Parse(args).InvokeAsync();
