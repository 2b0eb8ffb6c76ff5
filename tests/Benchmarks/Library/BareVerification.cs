using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace IdentityPlatform.Benchmarks.Library;

/// <summary>
/// What no check of a presentation can be faster than: two verifications on P-256 by OpenSSL, the issuer's signature and the
/// holder's, each with a key, a context and a digest that are there already. It is the loop of <c>openssl speed ecdsap256</c>.
/// </summary>
internal sealed partial class BareVerification
{
    private const string Library = "libcrypto.so.3";

    private readonly SafeEvpPKeyHandle _key;
    private readonly nint _context;
    private readonly byte[] _digest = RandomNumberGenerator.GetBytes(32);
    private readonly byte[] _signature;

    [SupportedOSPlatform("linux")]
    private BareVerification()
    {
        using var key = new ECDsaOpenSsl(ECCurve.NamedCurves.nistP256);
        _signature = key.SignHash(_digest, DSASignatureFormat.Rfc3279DerSequence);
        _key = key.DuplicateKeyHandle();
        _context = NewContext(_key.DangerousGetHandle(), 0);
        if (_context == 0 || StartVerifying(_context) != 1)
        {
            throw new Servers.BenchmarkException("OpenSSL makes no context.");
        }
    }

    public static OwnRunner TwoKeys()
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new Servers.BenchmarkException("OpenSSL is asked for on Linux alone.");
        }

        var (issuer, holder) = (new BareVerification(), new BareVerification());
        return new("limit", () => issuer.Verify() + holder.Verify() == 2 ? 2 : 0);
    }

    private int Verify() => Verify(_context, _signature, _signature.Length, _digest, _digest.Length);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_CTX_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint NewContext(nint key, nint engine);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_verify_init")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int StartVerifying(nint context);

    [LibraryImport(Library, EntryPoint = "EVP_PKEY_verify")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Verify(nint context, ReadOnlySpan<byte> signature, nint signatureLength, ReadOnlySpan<byte> digest, nint digestLength);
}
