namespace RegistryOperator.Plugins.Provenance.Documents;

/// <summary>The URIs of sources, which each tool writes in another way. Credentials in them are never told.</summary>
internal static class SourceUri
{
    private const string GitScheme = "git+";

    /// <summary>The repository's URL, without a scheme's <c>git+</c>, <c>.git</c>, a reference, a query and credentials.</summary>
    public static string Repository(string uri)
    {
        var text = WithoutCredentials(uri.Trim()) ?? "";
        if (text.StartsWith(GitScheme, StringComparison.OrdinalIgnoreCase)) text = text[GitScheme.Length..];
        if (text.IndexOfAny(['?', '#']) is >= 0 and var end) text = text[..end];
        var path = PathStart(text);
        if (text.IndexOf('@', path) is >= 0 and var reference) text = text[..reference];
        text = text.TrimEnd('/');
        return text.EndsWith(".git", StringComparison.OrdinalIgnoreCase) ? text[..^4] : text;
    }

    /// <summary>What two URLs of one repository have in common: host and path.</summary>
    public static string Comparable(string uri)
    {
        var text = Repository(uri);
        var start = text.IndexOf("://", StringComparison.Ordinal);
        if (start >= 0) text = text[(start + 3)..];
        // As in git@github.com:owner/name, whose user is left out already.
        else if (text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon) text = $"{text[..colon]}/{text[(colon + 1)..]}";
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        var (host, path) = slash < 0 ? (text, "") : (text[..slash], text[slash..]);
        host = host.ToLowerInvariant();
        // The two hosts whose names of repositories are the same in either case.
        return host is "github.com" or "gitlab.com" ? host + path.ToLowerInvariant() : host + path;
    }

    public static bool IsGit(string uri) =>
        uri.StartsWith(GitScheme, StringComparison.OrdinalIgnoreCase)
        || uri.StartsWith("git://", StringComparison.OrdinalIgnoreCase)
        || uri.StartsWith("https://", StringComparison.OrdinalIgnoreCase)
        || uri.StartsWith("ssh://", StringComparison.OrdinalIgnoreCase);

    /// <summary>The URI as it is told: without user and password, query and fragment, which may hold a token; null stays null.</summary>
    public static string? Told(string? uri)
    {
        if (WithoutCredentials(uri) is not { } text) return null;
        return text.IndexOfAny(['?', '#']) is >= 0 and var end ? text[..end] : text;
    }

    /// <summary>The URI without user and password, also one that is not well-formed; null stays null.</summary>
    public static string? WithoutCredentials(string? uri)
    {
        if (uri is null) return null;
        var start = uri.IndexOf(":/", StringComparison.Ordinal);
        var authority = start < 0 ? 0 : start + (uri.AsSpan(start).StartsWith("://") ? 3 : 2);
        var end = uri.IndexOfAny(['/', '?', '#'], authority);
        if (end < 0) end = uri.Length;
        var at = uri.AsSpan(authority..end).LastIndexOf('@') + authority;
        // A password may have a slash in it: what stands behind the host's colon is a port or no authority.
        if (at < authority && start >= 0 && HasPassword(uri.AsSpan(authority..end))) at = uri.LastIndexOf('@');
        if (at < authority) return uri;
        var isTold = start >= 0 || IsShort(uri, at) || uri.AsSpan(..at).Contains(':');
        return isTold ? uri[..authority] + uri[(at + 1)..] : uri;
    }

    /// <summary>As in user:password, and not as in host:8443 or [::1]:8443.</summary>
    private static bool HasPassword(ReadOnlySpan<char> authority) =>
        authority.LastIndexOf(':') is > 0 and var colon && authority[0] != '[' && authority[(colon + 1)..].ContainsAnyExceptInRange('0', '9');

    /// <summary>As in git@github.com:owner/name.</summary>
    private static bool IsShort(string uri, int at) => uri.IndexOf(':', at) > at && uri.IndexOf(':', 0, at) < 0;

    private static int PathStart(string text)
    {
        var start = text.IndexOf("://", StringComparison.Ordinal);
        var path = text.IndexOf('/', start < 0 ? 0 : start + 3);
        return path < 0 ? 0 : path;
    }
}
