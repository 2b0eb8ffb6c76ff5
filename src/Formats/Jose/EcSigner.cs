using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace IdentityPlatform.Formats.Jose;

/// <summary>
/// Signs with a private EC key in OpenSSL's memory, through a context that is kept for the next signature: the framework makes one for
/// each, at a tenth of what the signature itself costs.
/// </summary>
internal sealed partial class EcSigner : IDisposable
{
    private readonly SafeEvpPKeyHandle _key;
    private readonly int _coordinateBytes;

    // A context signs one thing at a time: who takes this one leaves nothing, and who finds nothing makes one.
    private Context? _idle;

    /// <summary>Takes a reference of its own to the key.</summary>
    [SupportedOSPlatform("linux")]
    public EcSigner(ECDsaOpenSsl key) => (_key, _coordinateBytes) = (key.DuplicateKeyHandle(), (key.KeySize + 7) / 8);

    /// <summary>Signs a digest in the fixed-length form of RFC 7518 §3.4, and answers its length.</summary>
    /// <exception cref="CryptographicException">OpenSSL did not sign.</exception>
    public int Sign(ReadOnlySpan<byte> digest, Span<byte> signature)
    {
        var context = Interlocked.Exchange(ref _idle, null) ?? Context.For(_key);
        Span<byte> der = stackalloc byte[EcSignature.MaxDerBytes];
        var length = (nuint)der.Length;
        if (Sign(context, der, ref length, digest, (nuint)digest.Length) != 1)
        {
            context.Dispose();
            throw Failed();
        }

        if (Interlocked.CompareExchange(ref _idle, context, null) is not null)
        {
            context.Dispose();
        }

        var fixedLength = signature[..(2 * _coordinateBytes)];
        EcSignature.ReadDer(der[..(int)length], fixedLength);
        return fixedLength.Length;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Interlocked.Exchange(ref _idle, null)?.Dispose();
        _key.Dispose();
    }

    private static CryptographicException Failed()
    {
        ClearErrors();
        return new("OpenSSL did not sign.");
    }

    [LibraryImport(EcPublicKey.OpenSsl, EntryPoint = "EVP_PKEY_CTX_new")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial Context NewContext(SafeEvpPKeyHandle key, nint engine);

    [LibraryImport(EcPublicKey.OpenSsl, EntryPoint = "EVP_PKEY_CTX_free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void FreeContext(nint context);

    [LibraryImport(EcPublicKey.OpenSsl, EntryPoint = "EVP_PKEY_sign_init")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SignInit(Context context);

    [LibraryImport(EcPublicKey.OpenSsl, EntryPoint = "EVP_PKEY_sign")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Sign(Context context, Span<byte> signature, ref nuint length, ReadOnlySpan<byte> digest, nuint digestLength);

    [LibraryImport(EcPublicKey.OpenSsl, EntryPoint = "ERR_clear_error")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void ClearErrors();

    /// <summary>An <c>EVP_PKEY_CTX</c> that is ready to sign; it keeps its key alive.</summary>
    private sealed class Context : SafeHandle
    {
        public Context()
            : base(0, ownsHandle: true)
        {
        }

        public override bool IsInvalid => handle == 0;

        public static Context For(SafeEvpPKeyHandle key)
        {
            var context = NewContext(key, 0);
            if (!context.IsInvalid && SignInit(context) == 1)
            {
                return context;
            }

            context.Dispose();
            throw Failed();
        }

        protected override bool ReleaseHandle()
        {
            FreeContext(handle);
            return true;
        }
    }
}
