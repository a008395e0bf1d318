using System.Globalization;

namespace RegistryOperator.Plugins.Trivy.Documents.CycloneDx;

/// <summary>Makes the components of the image, of its operating system and files, and of their packages.</summary>
internal static class ComponentFactory
{
    private const string LicenseTextPrefix = "text://";

    /// <summary>The image itself.</summary>
    public static Component Image(PackageReport report)
    {
        var metadata = report.Metadata ?? new ImageMetadata();
        var properties = new PropertyList()
            .Add("SchemaVersion", report.SchemaVersion)
            .Add("ImageID", metadata.ImageID)
            .Add("Size", metadata.Size)
            .Add("RepoDigest", metadata.RepoDigests)
            .Add("DiffID", metadata.DiffIDs)
            .Add("RepoTag", metadata.RepoTags)
            .Add("Reference", metadata.Reference);
        foreach (var (label, value) in metadata.ImageConfig?.Container?.Labels ?? []) properties.Add($"Labels:{label}", value);
        return new Component("container", report.ArtifactName ?? "") { PackageUrl = ImageUrl(metadata), Properties = properties.ToSorted() };
    }

    /// <summary>The operating system, or the file that names packages.</summary>
    public static Component Group(PackageResult result, ImageOperatingSystem? system)
    {
        var isSystem = result.Class == ResultKinds.OperatingSystem;
        return new Component(isSystem ? "operating-system" : "application", (isSystem ? system?.Family : null) ?? result.Target ?? "")
        {
            Version = isSystem ? system?.Name : null,
            Properties = new PropertyList().Add("Type", result.Type).Add("Class", result.Class).ToSorted(),
        };
    }

    /// <summary>A package.</summary>
    public static Component Package(ReportedPackage package, string? resultType)
    {
        var url = package.Identifier?.PackageUrl is { Length: > 0 } text ? PackageUrlParts.Parse(text) : null;
        // Only there are group and name what the ecosystem itself calls them; others' package names are kept whole.
        var isGrouped = url?.Type is "maven" or "npm";
        return new Component("library", isGrouped ? url!.Name : package.Name ?? "")
        {
            Group = isGrouped ? url!.Namespace : null,
            Version = Version(package, url),
            PackageUrl = package.Identifier?.PackageUrl,
            Supplier = package.Maintainer,
            Digest = package.Digest,
            Licenses = [.. (package.Licenses ?? []).Where(license => !string.IsNullOrEmpty(license)).Select(WithoutPrefix!)],
            GivenReference = package.Identifier?.Reference,
            Properties = new PropertyList()
                .Add("PkgID", package.Id)
                .Add("PkgType", resultType)
                .Add("FilePath", package.FilePath)
                .Add("SrcName", package.SrcName)
                .Add("SrcVersion", package.SrcVersion)
                .Add("SrcRelease", package.SrcRelease)
                .Add("SrcEpoch", package.SrcEpoch)
                .Add("Modularitylabel", package.Modularitylabel)
                .Add("LayerDigest", package.Layer?.Digest)
                .Add("LayerDiffID", package.Layer?.DiffID)
                .Add("ContentSet", package.BuildInfo?.ContentSets)
                .Add("NVR", package.BuildInfo?.Nvr)
                .Add("Arch", package.BuildInfo?.Arch)
                .ToSorted(),
        };
    }

    private static string Version(ReportedPackage package, PackageUrlParts? url)
    {
        if (url is not null) return url.Epoch is null or "0" ? url.Version : $"{url.Epoch}:{url.Version}";
        var version = string.IsNullOrEmpty(package.Release) ? package.Version : $"{package.Version}-{package.Release}";
        return package.Epoch == 0 ? version ?? "" : string.Create(CultureInfo.InvariantCulture, $"{package.Epoch}:{version}");
    }

    // https://github.com/package-url/purl-spec/blob/main/types-doc/oci-definition.md
    private static string? ImageUrl(ImageMetadata metadata)
    {
        if (metadata.RepoDigests is not [{ } first, ..] || first.Split('@') is not [{ Length: > 0 } repository, { Length: > 0 } digest]) return null;
        var name = repository[(repository.LastIndexOf('/') + 1)..].ToLowerInvariant();
        var architecture = metadata.ImageConfig?.Architecture is { Length: > 0 } known ? $"arch={Uri.EscapeDataString(known)}&" : "";
        return $"pkg:oci/{Uri.EscapeDataString(name)}@{Uri.EscapeDataString(digest)}?{architecture}repository_url={Uri.EscapeDataString(repository)}";
    }

    private static string WithoutPrefix(string license) =>
        license.StartsWith(LicenseTextPrefix, StringComparison.Ordinal) ? license[LicenseTextPrefix.Length..] : license;
}
