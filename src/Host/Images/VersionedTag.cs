using RegistryOperator.Abstractions.Images;

namespace RegistryOperator.Host.Images;

/// <summary>A tag with the version it spells, if any.</summary>
internal sealed record VersionedTag(string Tag, TagVersion? Version)
{
    public static VersionedTag Read(string tag) => new(tag, TagVersion.TryParse(tag, out var version) ? version : null);
}
