using System.CommandLine;
using IdentityPlatform.Wallet.Commands;

// The holder's command: collect a card from an offer, list the copies, present to a verifier.
var root = new RootCommand("A holder's wallet: collects cards over OpenID4VCI and presents them over OpenID4VP.")
{
    CollectCommand.Create(),
    ListCommand.Create(),
    PresentCommand.Create(),
};
return await root.Parse(args).InvokeAsync();
