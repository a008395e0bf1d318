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

    /// <summary>The URI without user and password; null stays null.</summary>
    public static string? WithoutCredentials(string? uri)
    {
        if (uri is null) return null;
        var start = uri.IndexOf("://", StringComparison.Ordinal);
        var authority = start < 0 ? 0 : start + 3;
        var end = uri.IndexOfAny(['/', '?', '#'], authority);
        var at = uri.AsSpan(authority..(end < 0 ? uri.Length : end)).LastIndexOf('@') + authority;
        return at < authority || (start < 0 && !IsShort(uri, at)) ? uri : uri[..authority] + uri[(at + 1)..];
    }

    /// <summary>As in git@github.com:owner/name.</summary>
    private static bool IsShort(string uri, int at) => uri.IndexOf(':', at) > at && uri.IndexOf(':', 0, at) < 0;

    private static int PathStart(string text)
    {
        var start = text.IndexOf("://", StringComparison.Ordinal);
        var path = text.IndexOf('/', start < 0 ? 0 : start + 3);
        return path < 0 ? 0 : path;
    }
}
