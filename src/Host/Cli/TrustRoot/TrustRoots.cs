using RegistryOperator.Host.Settings;
using RegistryOperator.Sigstore.Findings;
using RegistryOperator.Sigstore.Trust;

namespace RegistryOperator.Host.Cli.TrustRoot;

/// <summary>The trusted root that a command line names.</summary>
internal static class TrustRoots
{
    /// <summary>The largest that is read; those of instances have some 10 KiB.</summary>
    public const int Largest = 4 * 1024 * 1024;

    /// <summary>Reads a <c>trusted_root.json</c>, or takes the shipped one.</summary>
    /// <param name="option">How the command line calls the file, for errors.</param>
    /// <param name="path">The file; null for the public-good instance's.</param>
    /// <exception cref="InputException">The file is missing, can't be read, or is no trusted root.</exception>
    public static TrustedRoot Read(string option, string? path) => path is null ? TrustedRoot.PublicGood : Parse(option, path, ReadBytes(option, path));

    /// <summary>The file's content, which is a trusted root.</summary>
    /// <inheritdoc cref="Read"/>
    public static byte[] ReadChecked(string option, string path)
    {
        var content = ReadBytes(option, path);
        _ = Parse(option, path, content);
        return content;
    }

    private static byte[] ReadBytes(string option, string path) => GivenFile.Read(option, path, Largest);

    private static TrustedRoot Parse(string option, string path, byte[] content)
    {
        try
        {
            return TrustedRoot.Read(content);
        }
        catch (SigstoreFormatException invalid)
        {
            throw new InputException($"{option} {path}: {invalid.Message}", invalid);
        }
    }
}
