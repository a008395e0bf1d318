using RegistryOperator.Host.Registry.Spec;

namespace RegistryOperator.Host.Rounds;

/// <summary>Warns about a section of a spec that is given and has no effect, so that silence is not mistaken for success.</summary>
internal static class UnservedSections
{
    /// <summary>The sentence about <c>spec.webhook</c>; null where it is off.</summary>
    public static string? Webhook(RegistrySpec spec) => spec.Webhook is { IsEnabled: true }
        ? "spec.webhook.enabled: this version of the operator sends no notifications, so nobody is told of anything. Set it to false until a version does."
        : null;

    /// <summary>The sentence about Secrets for TLS where the registry is read without; null where there is nothing to say.</summary>
    public static string? Tls(RegistrySpec spec)
    {
        string[] unused =
        [
            .. spec.ClientCertificateSecret is null ? (string[])[] : ["spec.clientCertificateSecret"],
            .. spec.CaSecret is null ? (string[])[] : ["spec.caSecret"],
        ];
        if (unused.Length == 0 || !spec.Url.StartsWith("http://", StringComparison.OrdinalIgnoreCase)) return null;
        return $"{string.Join(" and ", unused)}: not used, since spec.url is http:// and so without TLS. Write https://, or remove it.";
    }
}
