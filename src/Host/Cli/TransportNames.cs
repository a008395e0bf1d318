using RegistryOperator.Host.Settings;

namespace RegistryOperator.Host.Cli;

/// <summary>Names of images as skopeo and syft write them, with the transport in front, where a command takes those of registries alone.</summary>
internal static class TransportNames
{
    private const string LookUpAdvice =
        "An archive or a layout is scanned by a Registry with its URL ('scan -f'), and looked up by that: REPOSITORY:TAG, or NAMESPACE/NAME of the Registry.";

    private static readonly string[] Known = ["oci", "oci-archive", "oci-layout", "docker-archive", "docker-daemon", "containers-storage", "dir"];

    /// <summary>Refuses such a name where something is looked up that a scan has found. URLs of archives and layouts, as tables print them, are none.</summary>
    /// <exception cref="InputException">It is one.</exception>
    public static void RefuseInLookUp(string text)
    {
        if (!text.Contains("://", StringComparison.Ordinal)) Refuse(text, LookUpAdvice);
    }

    /// <summary>Refuses such a name.</summary>
    /// <param name="text">What was given.</param>
    /// <param name="advice">What to do instead, a sentence.</param>
    /// <exception cref="InputException">It is one.</exception>
    public static void Refuse(string text, string advice)
    {
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon <= 0 || !Known.Contains(text[..colon], StringComparer.OrdinalIgnoreCase)) return;
        // 'oci:1.0' may be a repository and its tag.
        var path = text.AsSpan(colon + 1);
        if (!path.Contains('/') && !path.EndsWith(".tar", StringComparison.OrdinalIgnoreCase)) return;
        throw new InputException($"'{text}': the transport '{text[..colon]}' is not read here. {advice}");
    }
}
