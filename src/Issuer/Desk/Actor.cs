using IdentityPlatform.Issuer.Officers;

namespace IdentityPlatform.Issuer.Desk;

/// <summary>Who does something to a case. Closed.</summary>
public abstract record Actor
{
    private Actor()
    {
    }

    /// <summary>The word for the log: who, without a name.</summary>
    public abstract string Word { get; }

    /// <summary>The person whom the case is about.</summary>
    public sealed record Holder(string PersonId) : Actor
    {
        public override string Word => "holder";
    }

    /// <summary>An officer, signed in with a passkey.</summary>
    public sealed record Officer(string Id, OfficerRole Role, string Centre) : Actor
    {
        public override string Word => $"officer:{Role.Word()}:{Id}";
    }

    /// <summary>Who says what was paid, under a signature.</summary>
    public sealed record Treasury : Actor
    {
        public override string Word => "treasury";
    }

    /// <summary>The program, by the calendar.</summary>
    public sealed record Clock : Actor
    {
        public override string Word => "system";
    }
}
