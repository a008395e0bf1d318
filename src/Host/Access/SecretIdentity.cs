using System.Security.Cryptography;
using System.Text;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Secrets;
using RegistryOperator.Host.Files;
using RegistryOperator.Oci.Authentication;
using RegistryOperator.Shared.Files;

namespace RegistryOperator.Host.Access;

/// <summary>
/// Identifies what Secrets hold without containing it, by a keyed hash (HMAC), as <see cref="CredentialIdentity"/> does. Its key is kept in the data
/// directory, so that results made with a Secret are found after a restart. A lost key makes them due once.
/// </summary>
/// <param name="folder">The data directory, which must be there; null for a key that ends with the process.</param>
internal sealed class SecretIdentity(string? folder)
{
    /// <summary>The key's file in the data directory, made when a Secret is identified for the first time.</summary>
    public const string FileName = "secrets.key";

    private const int KeyLength = 32;

    /// <summary>Tries to open the file while another process has it: about a millisecond each.</summary>
    private const int OpenAttempts = 2000;

    private readonly Lock _lock = new();
    private byte[]? _key;

    /// <summary>The same text for the same keys of Secrets with the same content.</summary>
    /// <exception cref="RoundFailedException">The key's file can't be used.</exception>
    public string Of(IEnumerable<KeyValuePair<SecretKeyReference, ReadOnlyMemory<byte>>> values)
    {
        using var hash = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, GetKey());
        var inOrder = values.OrderBy(value => value.Key.Name, StringComparer.Ordinal).ThenBy(value => value.Key.Key, StringComparer.Ordinal);
        foreach (var (reference, content) in inOrder)
        {
            // The lengths keep ("ab", "c") apart from ("a", "bc").
            hash.AppendData(Encoding.UTF8.GetBytes($"{reference.Name.Length}:{reference.Name}{reference.Key.Length}:{reference.Key}{content.Length}:"));
            hash.AppendData(content.Span);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private byte[] GetKey()
    {
        lock (_lock)
        {
            if (_key is not null) return _key;
            if (folder is null) return _key = RandomNumberGenerator.GetBytes(KeyLength);
            var path = Path.Combine(folder, FileName);
            try
            {
                return _key = Load(path);
            }
            catch (Exception error) when (error is IOException or UnauthorizedAccessException)
            {
                throw new RoundFailedException(new RoundFailure(
                    ScanReasons.Failed,
                    $"{path}, the key by which results made with Secrets are told apart, can't be used: {error.Message} "
                    + "It must belong to the user that runs this process."));
            }
        }
    }

    private static byte[] Load(string path)
    {
        try
        {
            return Read(path) ?? Create(path);
        }
        catch (IOException) when (UnixFiles.Look(path) is { Kind: FileKind.File })
        {
            // It is being written at this moment.
            return Create(path);
        }
    }

    /// <summary>Null where the file is missing or does not hold a valid key.</summary>
    private static byte[]? Read(string path)
    {
        using var file = UnixFiles.OpenToRead(path);
        if (file is null || file.Length != KeyLength) return null;
        var key = new byte[KeyLength];
        file.ReadExactly(key);
        return key;
    }

    /// <summary>Writes a key, unless another process has written one by now: of several that start at the same time, one at a time has the file.</summary>
    private static byte[] Create(string path)
    {
        using var file = OpenAlone(path);
        var key = new byte[KeyLength];
        if (file.Length == KeyLength)
        {
            file.ReadExactly(key);
            return key;
        }

        RandomNumberGenerator.Fill(key);
        file.SetLength(0);
        file.Write(key);
        file.Flush(flushToDisk: true);
        return key;
    }

    private static FileStream OpenAlone(string path)
    {
        var wait = default(SpinWait);
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return PrivateFile.OpenAlone(path);
            }
            catch (IOException) when (attempt < OpenAttempts && UnixFiles.Look(path) is { Kind: FileKind.File })
            {
                // Another process writes its 32 bytes.
                wait.SpinOnce();
            }
        }
    }
}
