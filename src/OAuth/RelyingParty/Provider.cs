using System.Net.Http.Headers;
using IdentityPlatform.Formats;
using IdentityPlatform.Formats.Jose;

namespace IdentityPlatform.OAuth.RelyingParty;

/// <summary>A provider as fetched: metadata once, keys again when a token names a key that is not known yet.</summary>
internal sealed class Provider(HttpClient http, string authority, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan KeysRest = TimeSpan.FromMinutes(1);

    private readonly SemaphoreSlim _one = new(1, 1);
    private ProviderMetadata? _metadata;
    private Dictionary<string, VerificationKey> _keys = [];
    private DateTimeOffset _keysRead = DateTimeOffset.MinValue;

    public async Task<ProviderMetadata> MetadataAsync(CancellationToken ct)
    {
        if (_metadata is null)
        {
            var json = await GetJsonAsync($"{authority.TrimEnd('/')}/.well-known/openid-configuration", ct);
            _metadata = ProviderMetadata.Parse(json.Element, authority).OrThrow();
        }

        return _metadata;
    }

    /// <summary>The key of this id, or null; asks the provider again at most once a minute.</summary>
    public async Task<VerificationKey?> FindKeyAsync(string keyId, CancellationToken ct)
    {
        await _one.WaitAsync(ct);
        try
        {
            if (!_keys.ContainsKey(keyId) && time.GetUtcNow() - _keysRead > KeysRest)
            {
                _keys = await ReadKeysAsync(ct);
                _keysRead = time.GetUtcNow();
            }

            return _keys.GetValueOrDefault(keyId);
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<Dictionary<string, VerificationKey>> ReadKeysAsync(CancellationToken ct)
    {
        var jwks = await GetJsonAsync((await MetadataAsync(ct)).JwksUri, ct);
        var keys = new Dictionary<string, VerificationKey>(StringComparer.Ordinal);
        foreach (var json in jwks.Element.ArrayMember("keys")?.EnumerateArray() ?? default)
        {
            // RFC 7517 §5: keys of a kind that is not understood are passed over.
            if (Jwk.Parse(json).Succeeded(out var jwk, out _) && jwk.KeyId is not null && VerificationKey.Import(jwk).Succeeded(out var key, out _))
            {
                keys[jwk.KeyId] = key;
            }
        }

        return keys;
    }

    private async Task<JsonValue> GetJsonAsync(string url, CancellationToken ct)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, url);
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("application/json"));
        using var response = await http.SendAsync(request, ct);
        response.EnsureSuccessStatusCode();
        return StrictJson.ParseObject(await response.Content.ReadAsByteArrayAsync(ct)).OrThrow();
    }
}
