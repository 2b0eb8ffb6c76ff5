using System.CommandLine;

namespace IdentityPlatform.Wallet.Commands;

/// <summary>What all commands share.</summary>
internal static class WalletOptions
{
    public static readonly Option<FileInfo> File = new("--wallet")
    {
        Description = "The wallet's file.",
        DefaultValueFactory = _ => new FileInfo(".playground/wallet.json"),
        Recursive = true,
    };

    public static readonly Option<DirectoryInfo> Keys = new("--keys")
    {
        Description = "The example key set: the wallet provider's key and the roots of verifiers' certificates.",
        DefaultValueFactory = _ => new DirectoryInfo("keys.example"),
        Recursive = true,
    };
}
