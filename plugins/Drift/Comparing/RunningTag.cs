using RegistryOperator.Abstractions.Images;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Workloads;

namespace RegistryOperator.Plugins.Drift.Comparing;

/// <summary>One image of a workload, in however many of its containers.</summary>
internal sealed record RunningTag
{
    /// <summary>The image as the workload writes it.</summary>
    public required string Image { get; init; }

    /// <summary>The tag; null for an image that is named by digest alone.</summary>
    public string? Tag { get; init; }

    /// <summary>The digest that the workload names; null where it names none.</summary>
    public Digest? Pinned { get; init; }

    /// <summary>What really runs, as container runtimes report it; the digest that the workload names where none is reported.</summary>
    public required IReadOnlyList<Digest> Digests { get; init; }

    /// <summary>True where a container runtime reports what runs.</summary>
    public bool IsReported { get; init; }

    /// <summary>The platforms of the nodes, each once.</summary>
    public IReadOnlyList<string> Platforms { get; init; } = [];

    /// <summary>True where none of these containers is one of the workload's own: somebody debugs a Pod.</summary>
    public bool IsEphemeral { get; init; }

    /// <summary>The name of the mirror's repository that Pods pull it from; null where they ask the registry itself.</summary>
    public string? Mirror { get; init; }

    /// <summary>The images of a workload, each once.</summary>
    /// <param name="workload">The workload, with those of its containers that run the repository's images.</param>
    /// <param name="repository">The repository. The host has chosen the containers: an image of another name is a mirror's.</param>
    public static IReadOnlyList<RunningTag> Of(Workload workload, RepositoryReference repository) =>
    [
        .. workload.Containers.GroupBy(container => container.Image, StringComparer.Ordinal)
            .Select(group => Of(group.Key, [.. group], repository)).OfType<RunningTag>(),
    ];

    private static RunningTag? Of(string image, WorkloadContainer[] containers, RepositoryReference repository)
    {
        if (!ImageReference.TryParse(image, out var reference)) return null;
        var running = containers.SelectMany(container => container.Running).ToArray();
        var digests = running.Select(one => one.Digest).Distinct().ToArray();
        return new RunningTag
        {
            Image = image,
            Mirror = reference.IsIn(repository) ? null : reference.Name,
            Tag = reference.EffectiveTag,
            Pinned = reference.Digest,
            Digests = digests.Length == 0 && reference.Digest is { } pinned ? [pinned] : digests,
            IsReported = digests.Length > 0,
            Platforms = [.. running.Select(one => one.Platform?.ToString()).OfType<string>().Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            IsEphemeral = containers.All(container => container.Kind == ContainerKind.Ephemeral),
        };
    }
}
