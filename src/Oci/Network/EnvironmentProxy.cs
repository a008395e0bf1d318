using System.Net;

namespace RegistryOperator.Oci.Network;

/// <summary>
/// The proxies that the environment names, by the rules of Go's programs, so that the operator, the tools that it starts with the same variables and the
/// kubelet take the same way to a registry (<see href="https://pkg.go.dev/golang.org/x/net/http/httpproxy#FromEnvironment"/>): <c>HTTPS_PROXY</c> for
/// https URLs, <c>HTTP_PROXY</c> for http ones, <c>ALL_PROXY</c> where these are missing, and <c>NO_PROXY</c> (<see cref="NoProxyList"/>); in upper case
/// first, then in lower case.
/// </summary>
public sealed class EnvironmentProxy : IWebProxy
{
    // What SocketsHttpHandler speaks.
    private static readonly string[] Schemes = ["http", "https", "socks5", "socks4", "socks4a"];

    private readonly Uri? _http;
    private readonly Uri? _https;
    private readonly NoProxyList _direct;

    /// <summary>Reads the variables.</summary>
    /// <param name="find">Finds a variable's value by its name.</param>
    public EnvironmentProxy(Func<string, string?> find)
    {
        var logins = new CredentialCache();
        _http = Read("HTTP_PROXY");
        _https = Read("HTTPS_PROXY");
        _direct = new NoProxyList(Find("NO_PROXY"));
        Credentials = logins;

        string? Find(string name) => find(name) is { Length: > 0 } upper ? upper : find(name.ToLowerInvariant());

        Uri? Read(string name)
        {
            if (Parse(Find(name)) is not { } url && (url = Parse(Find("ALL_PROXY"))) is null) return null;
            var proxy = new UriBuilder(url) { UserName = "", Password = "", Path = "" }.Uri;
            if (url.UserInfo.Split(':', 2) is not [{ Length: > 0 } user, ..] parts) return proxy;
            var login = new NetworkCredential(Uri.UnescapeDataString(user), parts.Length > 1 ? Uri.UnescapeDataString(parts[1]) : "");
            if (logins.GetCredential(proxy, Basic) is null) logins.Add(proxy, Basic, login);
            return proxy;
        }
    }

    private const string Basic = "Basic";

    /// <summary>Those of this process.</summary>
    public static EnvironmentProxy OfThisProcess() => new(Environment.GetEnvironmentVariable);

    /// <summary>The logins that stand in the proxies' URLs.</summary>
    public ICredentials? Credentials { get; set; }

    /// <inheritdoc/>
    public Uri? GetProxy(Uri destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        var proxy = destination.Scheme switch
        {
            "https" or "wss" => _https,
            "http" or "ws" => _http,
            _ => null,
        };
        return proxy is null || _direct.Contains(destination) ? null : proxy;
    }

    /// <inheritdoc/>
    public bool IsBypassed(Uri host) => GetProxy(host) is null;

    // 'proxy:3128' is http; what is no URL at all counts for nothing, as in Go.
    private static Uri? Parse(string? text)
    {
        if (string.IsNullOrWhiteSpace(text)) return null;
        text = text.Trim();
        if (!text.Contains("://", StringComparison.Ordinal)) text = "http://" + text;
        return Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Host.Length > 0 && Schemes.Contains(url.Scheme, StringComparer.Ordinal) ? url : null;
    }
}
