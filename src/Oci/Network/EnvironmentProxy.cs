using System.Net;

namespace RegistryOperator.Oci.Network;

/// <summary>
/// The proxies that the environment names, by the rules of Go's programs, so that the operator, the tools that it starts with the same variables and the
/// kubelet take the same way to a registry (<see href="https://pkg.go.dev/golang.org/x/net/http/httpproxy#FromEnvironment"/>): <c>HTTPS_PROXY</c> for
/// https URLs, <c>HTTP_PROXY</c> for http ones, <c>ALL_PROXY</c> where these are missing, and <c>NO_PROXY</c> (<see cref="NoProxyList"/>); in upper case
/// first, then in lower case. A value that is no URL of a proxy, which Go ignores, is a <see cref="Problem"/>.
/// </summary>
public sealed class EnvironmentProxy : IWebProxy
{
    // What SocketsHttpHandler speaks.
    private static readonly string[] Schemes = ["http", "https", "socks5", "socks4", "socks4a"];

    private const string AllProxy = "ALL_PROXY";
    private const string Basic = "Basic";

    // curl's word for what SocketsHttpHandler does with socks5: the proxy resolves the name.
    private const string ResolvingSocks = "socks5h";

    /// <summary>The longest value that a problem shows.</summary>
    private const int MostShown = 100;

    private readonly Setting? _http;
    private readonly Setting? _https;
    private readonly NoProxyList _direct;

    /// <summary>Reads the variables.</summary>
    /// <param name="find">Finds a variable's value by its name.</param>
    public EnvironmentProxy(Func<string, string?> find)
    {
        var logins = new CredentialCache();
        string? problem = null;
        _http = Read("HTTP_PROXY");
        _https = Read("HTTPS_PROXY");
        _direct = new NoProxyList(Find("NO_PROXY")?.Value);
        Credentials = logins;
        Problem = problem;

        (string Variable, string Value)? Find(string name)
        {
            if (find(name) is { Length: > 0 } upper) return (name, upper);
            var lower = name.ToLowerInvariant();
            return find(lower) is { Length: > 0 } value ? (lower, value) : null;
        }

        Setting? Read(string name)
        {
            if ((NotBlank(Find(name)) ?? NotBlank(Find(AllProxy))) is not { } named) return null;
            if (Parse(named.Value) is not { } url)
            {
                problem ??= ProblemOf(named.Variable, named.Value);
                return null;
            }

            var proxy = new UriBuilder(url) { UserName = "", Password = "", Path = "" }.Uri;
            if (url.UserInfo.Split(':', 2) is not [{ Length: > 0 } user, ..] parts) return new Setting(named.Variable, proxy);
            var login = new NetworkCredential(Uri.UnescapeDataString(user), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
            if (logins.GetCredential(proxy, Basic) is null) logins.Add(proxy, Basic, login);
            return new Setting(named.Variable, proxy);
        }
    }

    /// <summary>
    /// What is wrong with a variable, for the user; null where nothing is. Whoever names a proxy does not mean that requests go past it, so that a program
    /// should not go on.
    /// </summary>
    public string? Problem { get; }

    /// <summary>Those of this process.</summary>
    public static EnvironmentProxy OfThisProcess() => new(Environment.GetEnvironmentVariable);

    /// <summary>The logins that stand in the proxies' URLs.</summary>
    public ICredentials? Credentials { get; set; }

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return SettingFor(destination) is { } setting && !_direct.Contains(destination) ? setting.Proxy : null;
    }

    /// <summary>The variable that names the proxy of a URL; null where none does.</summary>
    public string? VariableFor(Uri destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        return SettingFor(destination)?.Variable;
    }

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => GetProxy(host) is null;

    private Setting? SettingFor(Uri destination) => destination.Scheme switch
    {
        "https" or "wss" => _https,
        "http" or "ws" => _http,
        _ => null,
    };

    private static (string Variable, string Value)? NotBlank((string Variable, string Value)? found) =>
        string.IsNullOrWhiteSpace(found?.Value) ? null : found;

    // 'proxy:3128' is http.
    private static Uri? Parse(string text)
    {
        text = text.Trim();
        if (text.StartsWith($"{ResolvingSocks}://", StringComparison.OrdinalIgnoreCase)) text = "socks5" + text[ResolvingSocks.Length..];
        if (!text.Contains("://", StringComparison.Ordinal)) text = "http://" + text;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Host.Length > 0 && Schemes.Contains(url.Scheme, StringComparer.Ordinal) ? url : null;
    }

    private static string ProblemOf(string variable, string value)
    {
        // It may have a login in it, whatever else is wrong with it.
        var shown = value.Trim();
        var scheme = shown.IndexOf("://", StringComparison.Ordinal) is var end and > 0 && shown[..end].All(char.IsAsciiLetterOrDigit) ? shown[..(end + 3)] : "";
        if (shown.LastIndexOf('@') is var at and >= 0) shown = $"{(at > scheme.Length ? scheme : "")}…{shown[at..]}";
        if (shown.Length > MostShown) shown = shown[..MostShown] + "…";
        var isOfAnotherScheme = scheme.Length > 0 && !Schemes.Contains(scheme[..^3].ToLowerInvariant(), StringComparer.Ordinal);
        return $"{variable}: '{shown}' is no URL of a proxy{(isOfAnotherScheme ? $" ({scheme} is not among its schemes)" : "")}. Write http://HOST:PORT, " +
            $"with one of {string.Join(", ", Schemes)} as its scheme, or unset {variable}.";
    }

    private sealed record Setting(string Variable, Uri Proxy);
}
