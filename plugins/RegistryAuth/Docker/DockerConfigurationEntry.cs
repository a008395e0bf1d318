using System.Text.Json;
using RegistryOperator.Abstractions.Authentication;

namespace RegistryOperator.Plugins.RegistryAuth.Docker;

/// <summary>One entry of a Docker configuration, as it is written: what is wrong with it matters only where it is asked for.</summary>
internal sealed record DockerConfigurationEntry
{
    private const string Padding = "===";

    private string? Auth { get; init; }

    private string? Username { get; init; }

    private string? Password { get; init; }

    private string? IdentityToken { get; init; }

    private string? RegistryToken { get; init; }

    /// <summary>The registry it is for, e.g. <c>https://index.docker.io/v1/</c> or <c>*.example.com/team</c>.</summary>
    public required string Location { get; init; }

    public static DockerConfigurationEntry Read(string location, JsonElement entry) => new()
    {
        Location = location,
        Auth = ReadString(entry, "auth"),
        Username = ReadString(entry, "username"),
        Password = ReadString(entry, "password"),
        IdentityToken = ReadString(entry, "identitytoken"),
        RegistryToken = ReadString(entry, "registrytoken"),
    };

    /// <summary>
    /// The credential, or null for an empty entry. A token comes before a password, as in Docker; <c>auth</c> before <c>username</c>, as in the kubelet.
    /// </summary>
    /// <param name="unusable">Makes the error of a problem.</param>
    /// <exception cref="CredentialException">The entry's <c>auth</c> is no user and password in base64.</exception>
    public RegistryCredential? ReadCredential(Func<string, CredentialException> unusable)
    {
        if (!string.IsNullOrEmpty(RegistryToken)) return new RegistryCredential.RegistryToken(RegistryToken);
        if (!string.IsNullOrEmpty(IdentityToken)) return new RegistryCredential.IdentityToken(IdentityToken);
        var (username, password) = string.IsNullOrEmpty(Auth) ? (Username ?? "", Password ?? "") : DecodeAuth(Auth, unusable);
        return username == "" && password == "" ? null : new RegistryCredential.UsernamePassword(username, password);
    }

    /// <summary>The entry's location, without its secrets.</summary>
    public override string ToString() => Location;

    private (string Username, string Password) DecodeAuth(string auth, Func<string, CredentialException> unusable)
    {
        // Go's reader, and so the kubelet's, passes line breaks over, and takes padding or none: credential helpers write none.
        var digits = auth.ReplaceLineEndings("").Trim().TrimEnd('=');
        var buffer = new byte[digits.Length + Padding.Length];
        if (!Convert.TryFromBase64String(digits + Padding[..((4 - (digits.Length % 4)) % 4)], buffer, out var length))
            throw unusable($"the 'auth' of '{Location}' is not base64");
        if (!StrictText.TryDecode(buffer.AsSpan(0, length), out var text)) throw unusable($"the 'auth' of '{Location}' is not UTF-8 text in base64");
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        // Docker pads with NUL characters, and so do files written by its older versions.
        return colon >= 0
            ? (text[..colon], text[(colon + 1)..].TrimEnd('\0'))
            : throw unusable($"the 'auth' of '{Location}' is not 'user:password' in base64");
    }

    // Go's JSON reader takes a member's name in any case where none is equal.
    private static string? ReadString(JsonElement entry, string name)
    {
        if (!entry.TryGetProperty(name, out var value))
        {
            var other = entry.EnumerateObject().FirstOrDefault(member => string.Equals(member.Name, name, StringComparison.OrdinalIgnoreCase));
            value = other.Value;
        }

        return value.ValueKind == JsonValueKind.String ? value.GetString() : null;
    }
}
