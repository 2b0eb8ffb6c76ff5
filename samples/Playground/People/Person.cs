using IdentityPlatform.Playground.Programs;
using IdentityPlatform.Wallet.Cards;
using IdentityPlatform.Wallet.Passkeys;

namespace IdentityPlatform.Playground.People;

/// <summary>Somebody of the story: a browser, an authenticator, and for the holder a wallet.</summary>
internal sealed class Person : IDisposable
{
    public Person(string name)
    {
        Name = name;
        Browser = new();
        Passkeys = new(Browser, new SoftwareAuthenticator());
    }

    public string Name { get; }

    public Browser Browser { get; }

    public Passkeys Passkeys { get; private set; }

    public WalletFile Wallet { get; private set; } = WalletFile.InMemory();

    /// <summary>Loses the device: sessions, passkeys and cards with it.</summary>
    public void Lose()
    {
        Browser.Forget();
        Passkeys = new(Browser, new SoftwareAuthenticator());
        Wallet = WalletFile.InMemory();
    }

    public void Dispose() => Browser.Dispose();
}

/// <summary>Everybody and everything that the story is played with.</summary>
internal sealed class Cast(Neighbourhood town, Mirror mirror) : IDisposable
{
    public Neighbourhood Town { get; } = town;

    /// <summary>The mirror that verifiers fetch bundles from.</summary>
    public Mirror Mirror { get; } = mirror;

    public Person OfficerA { get; } = new("Anna");

    public Person OfficerB { get; } = new("Boris");

    /// <summary>The person's application, once there is one.</summary>
    public string CaseId { get; set; } = string.Empty;

    /// <summary>How the first service knows the person.</summary>
    public string SubjectAtServiceOne { get; set; } = string.Empty;

    /// <summary>The person whose card it is.</summary>
    public Person Holder { get; } = new("Юлия");

    /// <summary>Two officers of the patent issuer, and somebody who came to work.</summary>
    public (Person A, Person B, Person Worker) Patents { get; } = (new("Vera"), new("Gleb"), new("Фаррух"));

    /// <summary>Two officers of the events office. Its visitors are nobody there.</summary>
    public (Person A, Person B) Events { get; } = (new("Darya"), new("Egor"));

    public void Dispose()
    {
        Events.A.Dispose();
        Events.B.Dispose();
        Patents.A.Dispose();
        Patents.B.Dispose();
        Patents.Worker.Dispose();
        OfficerA.Dispose();
        OfficerB.Dispose();
        Holder.Dispose();
    }
}
