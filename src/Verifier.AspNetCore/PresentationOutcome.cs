using IdentityPlatform.Formats;
using IdentityPlatform.Verifier.Presentation;

namespace IdentityPlatform.Verifier.AspNetCore;

/// <summary>Where the wallet is.</summary>
public enum PresentationWay
{
    /// <summary>On another device: the browser shows a QR code and asks for the result.</summary>
    CrossDevice,

    /// <summary>On the browser's own device: the wallet sends the browser back with a response code, without which there is no result.</summary>
    SameDevice,

    /// <summary>Behind the browser's Digital Credentials API, on this device or another: the page hands the answer over.</summary>
    DcApi,
}

/// <summary>A request that was started.</summary>
/// <param name="Id">The handle of its result: for who started it, never shown to the wallet.</param>
/// <param name="WalletLink">What opens the wallet; empty for <see cref="PresentationWay.DcApi"/>.</param>
/// <param name="RequestUri">Where the wallet fetches the request; empty for <see cref="PresentationWay.DcApi"/>.</param>
/// <param name="ExpiresAt">Until when it can be answered.</param>
public sealed record StartedPresentation(string Id, string WalletLink, string RequestUri, DateTimeOffset ExpiresAt)
{
    /// <summary>For <see cref="PresentationWay.DcApi"/>, the JSON that the page hands to <c>navigator.credentials.get</c>; null for the other ways.</summary>
    public string? DcApiOptions { get; init; }

    /// <summary>The wallet link as a QR code.</summary>
    public string QrSvg() => QrCode.Svg(WalletLink);

    /// <summary>Redacted.</summary>
    public override string ToString() => "started presentation";
}

/// <summary>What has become of a request: closed.</summary>
public abstract class PresentationOutcome
{
    private PresentationOutcome()
    {
    }

    /// <summary>The wallet has not answered yet.</summary>
    public sealed class Pending : PresentationOutcome
    {
        internal Pending()
        {
        }
    }

    /// <summary>The wallet answered, and the answer was verified.</summary>
    public sealed class Completed : PresentationOutcome
    {
        internal Completed(PresentationResult result) => Result = result;

        /// <summary>The verdict.</summary>
        public PresentationResult Result { get; }
    }

    /// <summary>The wallet or its holder declined.</summary>
    public sealed class Declined : PresentationOutcome
    {
        internal Declined(string error) => Error = error;

        /// <summary>A code of OpenID4VP §8.5, or <c>unknown_error</c>.</summary>
        public string Error { get; }
    }

    /// <summary>The wallet answered with something that has not the form of an answer.</summary>
    public sealed class Malformed : PresentationOutcome
    {
        internal Malformed(FormatFailure failure) => Failure = failure;

        /// <summary>The rule that it broke.</summary>
        public FormatFailure Failure { get; }
    }

    /// <summary>There is no such request for this session: it never was, is over, was fetched, belongs to another session or lacks its response code.</summary>
    public sealed class NotYours : PresentationOutcome
    {
        internal NotYours()
        {
        }
    }
}
