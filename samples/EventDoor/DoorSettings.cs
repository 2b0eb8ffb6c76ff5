using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Kiosk;
using IdentityPlatform.Verifier.AspNetCore;

namespace IdentityPlatform.EventDoor;

/// <summary>What the organiser chooses.</summary>
public sealed class DoorSettings
{
    private const int LeastSecretLetters = 32;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="SettingsException">A value is missing or wrong; the message names its key.</exception>
    public DoorSettings(SettingsReader reader)
    {
        Age = reader.Number("EventDoor:Age", 18, 0, 120);
        Event = reader.Optional("EventDoor:Event");
        Classes = reader.List("EventDoor:Classes");
        OpensBefore = TimeSpan.FromHours(reader.Number("EventDoor:OpensHoursBefore", 2, 0, 48));
        if (Age == 0 && Event is null)
        {
            throw new SettingsException("EventDoor:Event is missing: a door without an age asks for tickets");
        }

        TicketBundle = Event is null || Age == 0 ? null
            : reader.Bundle("EventDoor:TicketBundle", Path.Combine(reader.Required("EventDoor:Directory"), "tickets"), "EventDoor:RefreshHours");
        Keeper = reader.Optional("EventDoor:Keeper") is null ? null : reader.Url("EventDoor:Keeper");
        Secret = reader.Optional("EventDoor:DoorSecret") is { } path ? SecretOf(path) : null;
        if (Keeper is not null)
        {
            _ = Secret ?? throw new SettingsException("EventDoor:DoorSecret is missing: doors that share their tickets share a secret");
            AdmitsAlone = reader.OneOf("EventDoor:WhenAlone", reader.Required("EventDoor:WhenAlone"), "admit", "refuse") == "admit";
        }
    }

    /// <summary>The least age, or 0 where none is asked.</summary>
    public int Age { get; }

    /// <summary>The event for which tickets are asked, or null where none are.</summary>
    public string? Event { get; }

    /// <summary>The kinds of admission that enter here; empty for all.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>How long before the beginning the door opens.</summary>
    public TimeSpan OpensBefore { get; }

    /// <summary>Where the bundle of the tickets' issuer comes from, beside that of the cards'; null where the door has one bundle.</summary>
    public BundleSource? TicketBundle { get; }

    /// <summary>The door that keeps the list of used tickets for all; null where this one keeps its own.</summary>
    public Uri? Keeper { get; }

    /// <summary>What the doors of one event know and nobody else; null for a door on its own.</summary>
    public string? Secret { get; }

    /// <summary>What the organiser wants while the keeper cannot be reached: true to let people in by this door's own list, false to wait.</summary>
    public bool AdmitsAlone { get; }

    /// <summary>Where the lists of an event's tickets are kept: another event has another list.</summary>
    public static string ListOf(string directory, string admitted) =>
        Path.Combine(directory, "used-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(admitted)))[..16]);

    private static string SecretOf(string path)
    {
        try
        {
            var secret = File.ReadAllText(path).Trim();
            return secret.Length >= LeastSecretLetters ? secret : throw new SettingsException($"EventDoor:DoorSecret: {path} holds fewer than {LeastSecretLetters} letters");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new SettingsException($"EventDoor:DoorSecret: {path} cannot be used: {e.Message}", e);
        }
    }
}
