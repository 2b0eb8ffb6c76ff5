using IdentityPlatform.Hosting;
using IdentityPlatform.Issuer;

return await ServerCommands.RunAsync(args, CardIssuer.Program);
