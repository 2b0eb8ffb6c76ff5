using System.Security.Cryptography;
using IdentityPlatform.Benchmarks.Library;

namespace IdentityPlatform.Benchmarks.Issuing;

/// <summary>
/// What the signature operations of one batch cost by themselves: their number, times what the bare operation takes in the same round,
/// with keys and digests that are there already. The import of holders' keys is not among them.
/// </summary>
internal sealed class SignatureWork : IDisposable
{
    /// <summary>The proofs of ten keys, the access token, its DPoP proof, and the assertions of both officers.</summary>
    private const int Verifications = CredentialCaller.Batch + 1 + 1 + 2;

    /// <summary>The credentials.</summary>
    private const int Signatures = CredentialCaller.Batch;

    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly OwnRunner _verify;
    private readonly OwnRunner _sign;

    public SignatureWork()
    {
        var (digest, made) = (RandomNumberGenerator.GetBytes(32), new byte[64]);
        var signature = _key.SignHash(digest);
        _verify = new OwnRunner("verify", () => _key.VerifyHash(digest, signature) ? 1 : 0);
        _sign = new OwnRunner("sign", () => _key.TrySignHash(digest, made, DSASignatureFormat.IeeeP1363FixedFieldConcatenation, out var length) ? length : 0);
    }

    /// <summary>Seconds of processor time of one batch's operations, measured for about so long.</summary>
    public double SecondsOfABatch(TimeSpan time) => ((Verifications * _verify.Run(time)) + (Signatures * _sign.Run(time))) / 1_000_000;

    public void Dispose()
    {
        _verify.Dispose();
        _sign.Dispose();
        _key.Dispose();
    }
}
