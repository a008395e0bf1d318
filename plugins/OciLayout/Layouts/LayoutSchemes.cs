namespace RegistryOperator.Plugins.OciLayout.Layouts;

/// <summary>The schemes of the URLs that are served.</summary>
internal static class LayoutSchemes
{
    /// <summary>Of a layout in a folder.</summary>
    public const string Folder = "oci-layout";

    // What is in an archive decides how it is read; the names are those that skopeo and podman have for them.
    private static readonly string[] Archives = ["oci-archive", "docker-archive"];

    /// <summary>True for each of them.</summary>
    public static bool IsServed(string scheme) => scheme == Folder || IsArchive(scheme);

    /// <summary>True where the URL names a file.</summary>
    public static bool IsArchive(string scheme) => Archives.Contains(scheme, StringComparer.Ordinal);
}
