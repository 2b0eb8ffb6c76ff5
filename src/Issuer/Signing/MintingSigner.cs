using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using IdentityPlatform.Formats;
using IdentityPlatform.Hosting.Audit;
using IdentityPlatform.Hosting.Keys;
using IdentityPlatform.Issuer.Issuance;
using IdentityPlatform.Issuer.Officers;
using IdentityPlatform.Issuer.Status;

namespace IdentityPlatform.Issuer.Signing;

/// <summary>
/// Answers requests: judges an order against the signer's own keys, catalogue, clock and memory, writes down what came of it, and only
/// then builds and signs. It is never handed a digest: what it signs it has built from claims that two officers signed for.
/// </summary>
public sealed partial class MintingSigner(
    Signer keys, SignerState state, RosterSigner roster, CardMinter minter, SignerSettings settings, StatusPolicy lists, TimeProvider time, ILogger<MintingSigner> logger)
{
    internal const string Caller = "web";
    private const string HashRule = "TooManyHashes";
    private const int HashesAMinute = 600;

    private readonly MinuteCount _hashes = new();

    private readonly TicketMinting _tickets = new(state, roster, minter, settings, lists);

    private readonly AgreementMemory _agreements = new(state, roster, settings);

    private readonly MintRules _rules = new(settings.Treasury, settings.PublicUrl, lists.Entries);

    /// <summary>The answer to a request.</summary>
    public async Task<SignerAnswer> AnswerAsync(SignerRequest request, CancellationToken ct)
    {
        try
        {
            // A key that was denied a moment ago signs nothing more, not even a roster entry.
            keys.Follow();
            return request switch
            {
                MintOrder order => await MintAsync(order, ct),
                TicketOrder order => await MintTicketAsync(order, ct),
                TellAgreements told => await _agreements.AnswerAsync(told, time.GetUtcNow(), ct),
                Enrol enrol => await EnrolAsync(enrol, ct),
                LookAt look => roster.Open(look.Code) is { } invitation && !await state.IsRedeemedAsync(invitation.Id, ct)
                    ? new SignerAnswer.Invited(invitation)
                    : new SignerAnswer.Refused(InvitationRule),
                HashDocument hash => await HashAsync(hash, ct),
                _ => TellKeys(),
            };
        }
        catch (Exception e) when (e is KeyDirectoryException or CryptographicException)
        {
            LogNoKey(logger, request, e);
            return new SignerAnswer.NotNow("no key signs now");
        }
    }

    /// <summary>Writes down that somebody sent what is no request.</summary>
    public Task RefuseMalformedAsync(string fact, CancellationToken ct)
    {
        LogRefused(logger, "Malformed", fact);
        return state.Audit.AppendAsync(new AuditEvent("request.refused", Caller, null, new Dictionary<string, string> { ["rule"] = "Malformed", ["fact"] = fact }), ct);
    }

    private const string InvitationRule = "Invitation";

    private async Task<SignerAnswer> MintAsync(MintOrder order, CancellationToken ct)
    {
        var now = time.GetUtcNow();
        var verdict = await JudgeAsync(order, now, ct);
        if (verdict is not MintVerdict.Mintable mintable)
        {
            return await RefuseAsync(order, ((MintVerdict.Refused)verdict).Refusal, ct);
        }

        if (minter.KeyId != order.KeyId)
        {
            return new SignerAnswer.NotNow("another key signs now");
        }

        var approval = Base64UrlText.Encode(mintable.Approval);
        if (!await state.SpendAsync(approval, order.Copies.Count, settings.CopiesADay, now, Event("mint.granted", order, approval), ct))
        {
            return await RefuseAsync(order, new MintRefusal.CopiesSpent(), ct);
        }

        return new SignerAnswer.Minted(order.IsOnPaper
            ? [minter.Print(order.KeyId, mintable.Configuration.Type, mintable.Claims, order.Copies[0].Status, order.Validity)]
            : minter.Mint(
                order.KeyId, mintable.Configuration, mintable.Claims, [.. order.Copies.Select(copy => copy.Key!)], [.. order.Copies.Select(copy => copy.Status)], order.Validity));
    }

    private async Task<SignerAnswer> MintTicketAsync(TicketOrder order, CancellationToken ct)
    {
        var answer = await _tickets.MintAsync(order, time.GetUtcNow(), ct);
        if (answer is SignerAnswer.Refused { Rule: var rule })
        {
            LogRefused(logger, rule, order.ToString());
        }

        return answer;
    }

    private async Task<MintVerdict> JudgeAsync(MintOrder order, DateTimeOffset now, CancellationToken ct)
    {
        if (state.ReadDenials(roster.Keys, settings.Deployment.Id) is not { } denials)
        {
            return new MintVerdict.Refused(new MintRefusal.DenialsUnreadable());
        }

        var trust = new MintTrust(roster.Keys, settings.RpId, [settings.PublicUrl], denials)
        {
            Remembered = roster.Read,
            FirstMinted = denials.Officers.Count > 0 && ApprovalOf(order) is { } approval ? await state.FirstMintedAsync(approval, ct) : null,
        };
        return _rules.Judge(order, trust, await _agreements.DeploymentAsync(denials, ct), now);
    }

    private async Task<SignerAnswer> RefuseAsync(MintOrder order, MintRefusal refusal, CancellationToken ct)
    {
        LogRefused(logger, refusal.Name, order.ToString());
        await state.Audit.AppendAsync(Event("mint.refused", order, ApprovalOf(order), refusal.Name), ct);
        return new SignerAnswer.Refused(refusal.Name);
    }

    private async Task<SignerAnswer> EnrolAsync(Enrol enrol, CancellationToken ct)
    {
        if (roster.Open(enrol.Code) is not { } invitation)
        {
            await state.Audit.AppendAsync(new AuditEvent("enrolment.refused", Caller, null, new Dictionary<string, string> { ["rule"] = InvitationRule }), ct);
            return new SignerAnswer.Refused(InvitationRule);
        }

        var details = new Dictionary<string, string> { ["officer"] = invitation.Id, ["role"] = invitation.Role.Word(), ["centre"] = invitation.Centre };
        if (!await state.RedeemAsync(invitation.Id, time.GetUtcNow(), new AuditEvent("officer.enrolled", Caller, null, details), ct))
        {
            details["rule"] = "InvitationRedeemed";
            await state.Audit.AppendAsync(new AuditEvent("enrolment.refused", Caller, null, details), ct);
            return new SignerAnswer.Refused("InvitationRedeemed");
        }

        return roster.Enrol(enrol.Code, enrol.CredentialId, enrol.PublicKey) is { } entry ? new SignerAnswer.Enrolled(entry) : new SignerAnswer.Refused(InvitationRule);
    }

    // A desk proofs a few a minute; whoever would try all numbers of a country's passports asks for far more.
    private async Task<SignerAnswer> HashAsync(HashDocument hash, CancellationToken ct)
    {
        switch (_hashes.Count(time.GetUtcNow()))
        {
            case HashesAMinute + 1:
                LogRefused(logger, HashRule, hash.ToString());
                await state.Audit.AppendAsync(new AuditEvent("hash.refused", Caller, null, new Dictionary<string, string> { ["rule"] = HashRule }), ct);
                return new SignerAnswer.Refused(HashRule);
            case > HashesAMinute:
                return new SignerAnswer.Refused(HashRule);
        }

        var secret = keys.Secret(SecretRole.DocumentHash);
        try
        {
            return new SignerAnswer.Hashed(Base64UrlText.Encode(HMACSHA256.HashData(secret, Encoding.UTF8.GetBytes(hash.Text))));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(secret);
        }
    }

    private SignerAnswer.Keys TellKeys() => new(new SignerKeys
    {
        ActiveId = minter.KeyId,
        Certificates = keys.Certificates(KeyRole.Credentials),
        Denied = [.. keys.Denied(KeyRole.Credentials).Select(key => key.ThumbprintText())],
        Roster = keys.Published(KeyRole.Roster),
        Removed = [.. (state.ReadDenials(roster.Keys, settings.Deployment.Id) ?? Denials.None).Officers.Keys],
    });

    // The hash that the approving officer signed stands for the approval. Until the order is judged it is anybody's word.
    private static string? ApprovalOf(MintOrder order) =>
        new MintEvidence(order.ApplicationId, "", order.Decisions).FindApproval() is { } approval ? Base64UrlText.Encode(approval.Challenge()) : null;

    private static AuditEvent Event(string name, MintOrder order, string? approval, string? rule = null)
    {
        var details = new Dictionary<string, string>
        {
            ["application"] = order.ApplicationId,
            ["configuration"] = order.ConfigurationId,
            ["copies"] = order.Copies.Count.ToString(CultureInfo.InvariantCulture),
        };
        if (order.IsOnPaper)
        {
            details["form"] = "paper";
        }

        if (approval is not null)
        {
            details["approval"] = approval;
        }

        if (rule is not null)
        {
            details["rule"] = rule;
        }

        return new AuditEvent(name, Caller, null, details);
    }

    [LoggerMessage(LogLevel.Critical, "Refused by the rule {Rule}: {Request}.")]
    private static partial void LogRefused(ILogger logger, string rule, string request);

    [LoggerMessage(LogLevel.Error, "No key for: {Request}.")]
    private static partial void LogNoKey(ILogger logger, SignerRequest request, Exception fault);
}
