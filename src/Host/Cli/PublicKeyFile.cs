using System.Security.Cryptography;
using RegistryOperator.Host.Settings;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Signatures;

namespace RegistryOperator.Host.Cli;

/// <summary>Public keys that the command line names by their file: of several in it, any may have signed.</summary>
internal static class PublicKeyFile
{
    /// <summary>The largest file that is read: a public key has some hundred bytes.</summary>
    private const int Largest = 64 * 1024;

    /// <summary>Reads them.</summary>
    /// <exception cref="InputException">It is missing, can't be read, or holds no public key that is supported, or something else beside.</exception>
    public static IReadOnlyList<VerificationKey> Read(string option, string path) => Parse(option, path, GivenFile.ReadText(option, path, Largest));

    /// <summary>The file's text, which is of public keys that are supported.</summary>
    /// <inheritdoc cref="Read"/>
    public static string ReadChecked(string option, string path)
    {
        var pem = GivenFile.ReadText(option, path, Largest);
        _ = Parse(option, path, pem);
        return pem;
    }

    private static IReadOnlyList<VerificationKey> Parse(string option, string path, string pem)
    {
        try
        {
            return VerificationKey.ReadPems(pem);
        }
        catch (SigstoreFormatException invalid)
        {
            throw new InputException($"{option} {path}: {invalid.Message}", invalid);
        }
        catch (Exception invalid) when (invalid is FormatException or CryptographicException)
        {
            // Without the platform's message, which may quote what was read, such as a private key.
            throw new InputException($"{option} {path}: the key is no PEM public key: give -----BEGIN PUBLIC KEY----- and its lines.", invalid);
        }
    }
}
