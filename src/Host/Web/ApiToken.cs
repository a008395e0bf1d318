using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using RegistryOperator.Host.Files;
using RegistryOperator.Host.Settings;
using RegistryOperator.Shared.Files;

namespace RegistryOperator.Host.Web;

/// <summary>The token that the HTTP API asks for. Kept as a hash: no dump of the process, log or message shows it.</summary>
internal sealed class ApiToken
{
    /// <summary>The token's file in the data directory, made at the first start.</summary>
    public const string FileName = "api.token";

    private const int RandomBytes = 32;

    /// <summary>A shorter one of a user's own could be guessed.</summary>
    private const int Shortest = 16;

    private const int LargestFile = 4096;

    private const UnixFileMode OfOthers = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    private readonly byte[] _hash;

    private ApiToken(string token) => _hash = Hash(token);

    /// <summary>Reads the token of the data directory; makes one where there is none.</summary>
    /// <exception cref="InputException">Its file can't be used.</exception>
    public static async Task<ApiToken> OfDataDirectoryAsync(string dataDirectory, CancellationToken cancellationToken)
    {
        var path = Path.Combine(dataDirectory, FileName);
        try
        {
            if (UnixFiles.Look(path) is null) await CreateAsync(path, cancellationToken);
            Check(path);
            using var file = UnixFiles.OpenToRead(path) ?? throw new InputException($"{path} is no file: remove it, and another one is made.");
            return new ApiToken(Read(file, path, "Remove it, and another one is made."));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"The token of the HTTP API can't be used: {failure.Message}", failure);
        }
    }

    /// <summary>Reads the token of a file that the user named. It may be a link, as in the volume of a Secret.</summary>
    /// <exception cref="InputException">It can't be used.</exception>
    public static ApiToken OfFile(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return new ApiToken(Read(file, $"--api-token-file {path}", "Write one, e.g. by 'openssl rand -hex 32'."));
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new InputException($"--api-token-file {path}: {failure.Message}", failure);
        }
    }

    /// <summary>This one.</summary>
    internal static ApiToken Of(string token) => new(token);

    /// <summary>True for the right one; takes the same time for every other.</summary>
    public bool Matches(string token) => CryptographicOperations.FixedTimeEquals(Hash(token), _hash);

    private static byte[] Hash(string token) => SHA256.HashData(Encoding.UTF8.GetBytes(token));

    /// <summary>At once or not at all: half a file, left by a process that was killed, would be no token at every later start.</summary>
    private static Task CreateAsync(string path, CancellationToken cancellationToken)
    {
        var token = Encoding.ASCII.GetBytes(Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(RandomBytes)) + "\n");
        return PrivateFile.ReplaceAsync(path, async file => await file.WriteAsync(token, cancellationToken), cancellationToken);
    }

    private static void Check(string path)
    {
        if (OperatingSystem.IsWindows() || UnixFiles.Look(path) is not { Kind: FileKind.File } entry) return;
        if (entry.Owner != UnixFiles.User)
            throw new InputException($"{path}, the token of the HTTP API, belongs to another user (id {entry.Owner}): remove it, and another one is made.");
        if ((entry.Mode & OfOthers) != UnixFileMode.None)
        {
            throw new InputException(
                $"{path}, the token of the HTTP API, is open to other users (mode {entry.Octal}): remove it, and another one is made.");
        }

        // A volume's group gets rights by fsGroup in a pod.
        PrivateFolder.Restrict(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    private static string Read(Stream file, string name, string advice)
    {
        var buffer = new byte[LargestFile];
        var count = file.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
        var token = Encoding.UTF8.GetString(buffer.AsSpan(0, count)).Trim();
        // https://www.rfc-editor.org/rfc/rfc6750#section-2.1
        return token.Length >= Shortest && count < LargestFile && token.All(character => char.IsAsciiLetterOrDigit(character) || "-._~+/=".Contains(character))
            ? token
            : throw new InputException($"{name} holds no token: {Shortest} or more letters, digits and '-._~+/=' in one line are expected. {advice}");
    }
}
