using IdentityPlatform.Hosting;
using IdentityPlatform.IdP;

return await ServerCommands.RunAsync(args, IdentityProvider.Program);
