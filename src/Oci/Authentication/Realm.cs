using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Network;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Authentication;

/// <summary>The token server that a challenge names. Who answers for a registry chooses it, and so who would get its users' credentials.</summary>
/// <param name="Url">Its URL.</param>
/// <param name="Refusal">Why it gets no credentials, and is asked without any; null where it gets them.</param>
internal sealed record Realm(Uri Url, RegistryException? Refusal)
{
    /// <summary>The token server of a registry's own challenge.</summary>
    /// <exception cref="RegistryException">It is no URL of one.</exception>
    public static Realm Of(string? text, Uri registry, bool isAnonymous, OutboundPolicy policy, RegistryErrors errors)
    {
        var url = Parse(text) ?? throw errors.Authentication(RegistryErrorKind.InvalidResponse, null, "the challenge names no valid token server");
        if (url.Scheme == "http" && registry.Scheme == "https" && IsSameHost(url, registry) && IsSamePort(url, registry))
        {
            // Behind a proxy that terminates TLS, registries name themselves by http://.
            url = new Uri(registry.GetLeftPart(UriPartial.Authority) + url.PathAndQuery);
        }

        if (isAnonymous) return new Realm(url, Refusal: null);
        if (url.Scheme == "http" && !(registry.Scheme == "http" && IsSameHost(url, registry))) return new Realm(url, NotHttps(url, errors));
        return new Realm(url, policy.TokenServers.Trusts(registry, url) ? null : NotOfTheRegistry(url, registry, errors));
    }

    /// <summary>A URL of a token server; null where it is none.</summary>
    public static Uri? Parse(string? text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var url) && url.Scheme is "https" or "http" && url.UserInfo.Length == 0 ? url : null;

    private static bool IsSameHost(Uri url, Uri registry) => string.Equals(url.IdnHost, registry.IdnHost, StringComparison.OrdinalIgnoreCase);

    private static bool IsSamePort(Uri url, Uri registry) => url.Port == registry.Port || (url.IsDefaultPort && registry.IsDefaultPort);

    private static RegistryException NotHttps(Uri url, RegistryErrors errors) => errors.Authentication(
        RegistryErrorKind.InvalidResponse,
        url,
        $"the challenge names the token server {url.Scheme}://{url.Authority}, to which no credentials are sent because it is not https",
        "The token server must be served over https, or be on the registry's own host where that is itself http.");

    private static RegistryException NotOfTheRegistry(Uri url, Uri registry, RegistryErrors errors) => errors.Authentication(
        RegistryErrorKind.DestinationRefused,
        url,
        $"the challenge names the token server {url.Authority}, to which no credentials are sent because it is not of the registry's own domain",
        $"Where it is the registry's, whoever runs the operator can allow it with the setting Network:TokenServers={registry.Host}={url.Host}.");
}
