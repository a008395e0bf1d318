namespace RegistryOperator.Host.Images;

/// <summary>A tag whose image's time is wanted.</summary>
/// <param name="Tag">The tag.</param>
/// <param name="MayBeAlias">True where it is likely to name an image that another tag names: its digest is asked for first, which registries don't count
/// as a pull.</param>
internal sealed record WantedTag(VersionedTag Tag, bool MayBeAlias = false);
