using System.Runtime.InteropServices;
using System.Runtime.Versioning;
using System.Security.Cryptography;

namespace IdentityPlatform.Formats.Jose;

/// <summary>
/// Imports a public EC key. Each presentation brings a holder's key that nobody has seen before, and the framework's import
/// costs two verifications. OpenSSL 3 does it in a fraction (it checks that the point is on the curve, which is enough on
/// curves of cofactor 1), so it is asked directly where the framework itself stands on it.
/// </summary>
internal static partial class EcPublicKey
{
    /// <summary>OpenSSL's library, whoever calls it.</summary>
    public const string OpenSsl = "libcrypto.so.3";

    // openssl/core.h: the type of a parameter. openssl/evp.h: EVP_PKEY_KEY_PARAMETERS.
    private const uint Utf8String = 4;
    private const int ParametersSelection = 0x84;

    // P-521.
    private const int MaxCoordinateBytes = 66;

    /// <summary>True where <see cref="ImportWithOpenSsl"/> works: the library is there and is the one that the framework uses.</summary>
    [SupportedOSPlatformGuard("linux")]
    public static bool HasOpenSsl { get; } = OperatingSystem.IsLinux() && IsFrameworksOpenSsl();

    /// <summary>Imports a key by the fastest way there is.</summary>
    /// <exception cref="CryptographicException">The point is not on the curve.</exception>
    public static ECDsa Import(Jwk jwk) => HasOpenSsl ? ImportWithOpenSsl(jwk) : ImportWithFramework(jwk);

    public static ECDsa ImportWithFramework(Jwk jwk) => ECDsa.Create(new ECParameters
    {
        Curve = CurveOf(jwk),
        Q = new ECPoint { X = jwk.First, Y = jwk.Second },
    });

    public static ECCurve CurveOf(Jwk jwk) => jwk.Curve switch
    {
        "P-256" => ECCurve.NamedCurves.nistP256,
        "P-384" => ECCurve.NamedCurves.nistP384,
        _ => ECCurve.NamedCurves.nistP521,
    };

    // An empty key on the curve is copied, and the copy is given its point: half of the cost of building the curve anew for each key.
    [SupportedOSPlatform("linux")]
    public static ECDsa ImportWithOpenSsl(Jwk jwk)
    {
        // SEC 1 §2.3.3: 4, x, y.
        Span<byte> buffer = stackalloc byte[1 + (2 * MaxCoordinateBytes)];
        buffer[0] = 4;
        jwk.First.CopyTo(buffer[1..]);
        jwk.Second.CopyTo(buffer[(1 + jwk.First.Length)..]);
        var key = Duplicate(EmptyKeyOn(jwk.Curve));

        // The handle owns the key from here on; ECDsaOpenSsl keeps a reference of its own.
        using var handle = new SafeEvpPKeyHandle(key, ownsHandle: true);
        if (key == 0 || SetPublicKey(key, buffer, (nuint)(1 + jwk.First.Length + jwk.Second.Length)) != 1)
        {
            ClearErrors();
            throw new CryptographicException("OpenSSL refused the key.");
        }

        return new ECDsaOpenSsl(handle);
    }

    private static nint EmptyKeyOn(string? curve) => curve switch
    {
        "P-256" => Curves.P256,
        "P-384" => Curves.P384,
        _ => Curves.P521,
    };

    private static unsafe nint NewEmptyKey(ReadOnlySpan<byte> curve)
    {
        var context = NewContext(0, "EC", 0);
        try
        {
            fixed (byte* groupName = "group\0"u8, groupValue = curve)
            {
                var parameters = stackalloc Parameter[2];
                parameters[0] = new() { Key = groupName, Type = Utf8String, Data = groupValue, Size = (nuint)curve.Length };
                parameters[1] = default;
                return context != 0 && FromDataInit(context) == 1 && FromData(context, out var key, ParametersSelection, parameters) == 1
                    ? key
                    : throw new CryptographicException("OpenSSL does not know the curve.");
            }
        }
        finally
        {
            FreeContext(context);
        }
    }

    // A key of one copy of the library must not reach another: both must say the same version.
    [SupportedOSPlatform("linux")]
    private static bool IsFrameworksOpenSsl()
    {
        try
        {
            var version = SafeEvpPKeyHandle.OpenSslVersion;
            return version >= 0x30000000 && (nuint)version == LibraryVersion();
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or PlatformNotSupportedException)
        {
            return false;
        }
    }

    [LibraryImport(OpenSsl, EntryPoint = "OpenSSL_version_num")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nuint LibraryVersion();

    [LibraryImport(OpenSsl, EntryPoint = "EVP_PKEY_CTX_new_from_name", StringMarshalling = StringMarshalling.Utf8)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint NewContext(nint libraryContext, string name, nint properties);

    [LibraryImport(OpenSsl, EntryPoint = "EVP_PKEY_CTX_free")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void FreeContext(nint context);

    [LibraryImport(OpenSsl, EntryPoint = "EVP_PKEY_fromdata_init")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int FromDataInit(nint context);

    [LibraryImport(OpenSsl, EntryPoint = "EVP_PKEY_fromdata")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static unsafe partial int FromData(nint context, out nint key, int selection, Parameter* parameters);

    [LibraryImport(OpenSsl, EntryPoint = "EVP_PKEY_dup")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial nint Duplicate(nint key);

    [LibraryImport(OpenSsl, EntryPoint = "EVP_PKEY_set1_encoded_public_key")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int SetPublicKey(nint key, ReadOnlySpan<byte> point, nuint length);

    [LibraryImport(OpenSsl, EntryPoint = "ERR_clear_error")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial void ClearErrors();

    // OSSL_PARAM of openssl/core.h.
    [StructLayout(LayoutKind.Sequential)]
    private unsafe struct Parameter
    {
        public byte* Key;
        public uint Type;
        public byte* Data;
        public nuint Size;
        public nuint Returned;
    }

    // Made when the first key is imported, and never freed: they live as long as the program.
    private static class Curves
    {
        public static readonly nint P256 = NewEmptyKey("P-256"u8);
        public static readonly nint P384 = NewEmptyKey("P-384"u8);
        public static readonly nint P521 = NewEmptyKey("P-521"u8);
    }
}
