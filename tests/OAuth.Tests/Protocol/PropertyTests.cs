using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using IdentityPlatform.OAuth.Protocol;
using IdentityPlatform.OAuth.Storage;

namespace IdentityPlatform.OAuth.Tests.Protocol;

/// <summary>What holds for every input.</summary>
public sealed class PropertyTests
{
    private static readonly Config Often = Config.QuickThrowOnFailure.WithMaxTest(2000);

    [Fact]
    public void Any_text_is_parameters_or_a_refusal() => Prop.ForAll<string?>(text =>
        RequestParameters.Parse(text ?? "").Refused(out var refusal, out var parameters) ? refusal.Error == OAuthErrors.InvalidRequest : parameters.All.Count >= 0).Check(Often);

    [Fact]
    public void Any_percent_text_is_parameters_or_a_refusal() => Prop.ForAll(
        Gen.Elements('%', '&', '=', '+', 'a', 'f', '0', '9', 'g', 'Я').ArrayOf().Select(chars => new string(chars)).ToArbitrary(),
        text => RequestParameters.Parse(text).Refused(out var refusal, out _) ? refusal.Rule is Rule.FormEncoding or Rule.DoubledParameter : text is not null).Check(Often);

    [Fact]
    public void What_was_encoded_comes_back() => Prop.ForAll<NonNull<string>>(value =>
    {
        // .NET strings may hold half a character, which no encoder can write.
        var text = new string([.. value.Get.Where(c => !char.IsSurrogate(c))]);
        return !RequestParameters.Parse($"name={Uri.EscapeDataString(text)}").Refused(out _, out var parameters)
            && parameters["name"] == (text.Length == 0 ? null : text);
    }).Check(Often);

    [Fact]
    public void A_grant_comes_back_as_it_was_kept() => Prop.ForAll<NonNull<string>, long, bool>((text, time, full) =>
    {
        var word = new string([.. text.Get.Where(c => !char.IsSurrogate(c))]);
        var kept = new GrantContent
        {
            Scopes = [word, "openid"],
            Amr = full ? [word] : [],
            Nonce = full ? word : null,
            Acr = word,
            AuthTime = full ? time : null,
            SessionId = full ? word : null,
            Extra = full ? JsonSerializer.SerializeToElement(new { value = word }) : null,
        };
        var read = GrantContent.FromJson(kept.ToJson());
        return read.Scopes.SequenceEqual(kept.Scopes) && read.Amr.SequenceEqual(kept.Amr)
            && (read.Nonce, read.Acr, read.AuthTime, read.SessionId) == (kept.Nonce, kept.Acr, kept.AuthTime, kept.SessionId)
            && read.Extra?.GetProperty("value").GetString() == kept.Extra?.GetProperty("value").GetString();
    }).Check(Often);
}
