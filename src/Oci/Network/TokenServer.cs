namespace RegistryOperator.Oci.Network;

/// <summary>A token server that gets the credentials of a registry: <c>registry.example.com=auth.example.net</c>.</summary>
public sealed class TokenServer
{
    private readonly string _registry;
    private readonly string _realm;

    private TokenServer(string registry, string realm) => (_registry, _realm) = (registry, realm);

    /// <summary>Reads an entry of the setting <c>Network:TokenServers</c>; <c>*.</c> stands for one or more labels in front. Null where it is none.</summary>
    public static TokenServer? TryParse(string text)
    {
        var parts = text.Split('=', StringSplitOptions.TrimEntries);
        return parts.Length == 2 && IsPattern(parts[0]) && IsPattern(parts[1]) ? new TokenServer(Normalize(parts[0]), Normalize(parts[1])) : null;
    }

    /// <summary>True where <paramref name="realm"/> gets what <paramref name="registry"/> is opened with; both are hosts.</summary>
    internal bool Trusts(string registry, string realm) => Matches(_registry, registry) && Matches(_realm, realm);

    private static bool IsPattern(string text) =>
        Uri.CheckHostName(text.StartsWith("*.", StringComparison.Ordinal) ? text[2..] : text) is not UriHostNameType.Unknown;

    private static bool Matches(string pattern, string host) =>
        pattern.StartsWith("*.", StringComparison.Ordinal) ? host.EndsWith(pattern[1..], StringComparison.Ordinal) : pattern == host;

    private static string Normalize(string text) => text.TrimEnd('.').ToLowerInvariant();
}
