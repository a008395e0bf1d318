namespace RegistryOperator.Abstractions.Oci;

/// <summary>The manifest of one platform of an image.</summary>
/// <param name="Platform">The platform.</param>
/// <param name="Digest">The digest of its image manifest.</param>
public sealed record PlatformManifest(Platform Platform, Digest Digest);
