using System.CommandLine;
using IdentityPlatform.Wallet.Cards;

namespace IdentityPlatform.Wallet.Commands;

/// <summary><c>wallet list</c>: what is held, without any claim value.</summary>
internal static class ListCommand
{
    public static Command Create()
    {
        var command = new Command("list", "Shows how many copies of which card are left.") { WalletOptions.File };
        command.SetAction(parsed =>
        {
            var wallet = WalletFile.Open(parsed.GetRequiredValue(WalletOptions.File).FullName);
            foreach (var type in wallet.Copies.GroupBy(copy => copy.Type))
            {
                parsed.InvocationConfiguration.Output.WriteLine($"{type.Key}: {type.Count(copy => !copy.Used)} of {type.Count()} copies not shown yet");
            }

            return 0;
        });
        return command;
    }
}
