using RegistryOperator.Abstractions.Oci;

namespace RegistryOperator.Plugins.Drift.Images;

/// <summary>What a digest is. It never changes, so that it is read once.</summary>
internal sealed record ImageFacts
{
    /// <summary>The digest of the index or of the platform's manifest.</summary>
    public required string Digest { get; init; }

    /// <summary>The digests of all its platforms' manifests; its own where it is no index.</summary>
    public IReadOnlyList<string> Platforms { get; init; } = [];

    /// <summary>All platforms that it runs on, as <c>linux/amd64</c>; empty where they are not known.</summary>
    public IReadOnlyList<string> RunsOn { get; init; } = [];

    /// <summary>When it was created, where it says so credibly.</summary>
    public DateTimeOffset? Created { get; init; }

    /// <summary>Bytes of configuration and layers of one platform; null where that is not known.</summary>
    public long? Size { get; init; }

    /// <summary>The platform's manifest that is compared: whose vulnerabilities and packages count.</summary>
    public string? Subject { get; init; }

    /// <summary>What it says to be built from: the repository and the commit; null where it does not say.</summary>
    public string? Source { get; init; }

    /// <summary>True where it has no image for a node's platform, as far as both are known. Variants are no matter: newer processors run what older ones
    /// do, and a runtime need not tell them.</summary>
    public bool LacksPlatform(string node) => RunsOn.Count > 0 && !RunsOn.Any(own => WithoutVariant(own) == WithoutVariant(node));

    private static string WithoutVariant(string platform) => string.Join('/', platform.Split('/').Take(2));

    /// <summary>True where a runtime reports this image by that digest: of the index, or of one of its platforms.</summary>
    public bool Is(Digest running) => Digest == running.ToString() || Platforms.Contains(running.ToString(), StringComparer.Ordinal);
}

/// <summary>What a tag names now.</summary>
/// <param name="Tag">The tag.</param>
/// <param name="Facts">The image.</param>
/// <param name="SeenSince">Since when the operator has seen the tag name this image, without a break.</param>
internal sealed record TagImage(string Tag, ImageFacts Facts, DateTimeOffset SeenSince);
