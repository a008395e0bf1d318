using RegistryOperator.Abstractions.Images;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Registry.Validation;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Workloads;

/// <summary>Who runs which tag of a repository.</summary>
internal static class WorkloadUsage
{
    /// <summary>Workloads that a status names of an image.</summary>
    private const int MostShown = 20;

    /// <summary>Namespaces that a status names of an image.</summary>
    private const int MostNamespaces = 50;

    /// <summary>The tag that a container's image names; null for one that is named by digest alone.</summary>
    public static string? TagOf(WorkloadContainer container) =>
        ImageReference.TryParse(container.Image, out var image) ? image.EffectiveTag : null;

    /// <summary>The tags that run, each once.</summary>
    public static IReadOnlyList<string> TagsOf(IEnumerable<Workload> workloads) =>
        [.. workloads.SelectMany(workload => workload.Containers).Select(TagOf).OfType<string>().Distinct(StringComparer.Ordinal)];

    /// <summary>The digests that run, or that a workload names.</summary>
    public static IEnumerable<Digest> DigestsOf(IEnumerable<Workload> workloads) =>
        workloads.SelectMany(workload => workload.Containers).SelectMany(container =>
            container.Running.Select(running => running.Digest)
                .Concat(ImageReference.TryParse(container.Image, out var image) && image.Digest is { } pinned ? [pinned] : []));

    /// <summary>The statuses with who runs each image.</summary>
    public static IReadOnlyList<ImageStatus> Show(IReadOnlyList<ImageStatus> images, IReadOnlyList<Workload> workloads)
    {
        var tagsOfDigest = (
            from image in images
            from digest in image.PlatformDigests.Select(platform => platform.Digest).Append(image.Digest).OfType<string>().Distinct()
            select (digest, image.Tag)).ToLookup(pair => pair.digest, pair => pair.Tag, StringComparer.Ordinal);
        var users = (
            from workload in workloads
            from container in workload.Containers
            from tag in TagsOf(container, tagsOfDigest)
            group (workload, container) by tag).ToDictionary(group => group.Key, group => group.ToArray(), StringComparer.Ordinal);
        return [.. images.Select(image => image with { Usage = users.TryGetValue(image.Tag, out var own) ? Of(own) : null })];
    }

    /// <summary>The tags whose image a container runs: a digest that it names decides, where it is known whose that is.</summary>
    private static IEnumerable<string> TagsOf(WorkloadContainer container, ILookup<string, string> tagsOfDigest)
    {
        if (!ImageReference.TryParse(container.Image, out var image)) return [];
        var written = image.EffectiveTag;
        var pinned = image.Digest is { } digest ? tagsOfDigest[digest.ToString()] : [];
        return pinned.Any() && (written is null || !pinned.Contains(written, StringComparer.Ordinal)) ? pinned : written is null ? [] : [written];
    }

    private static ImageUsageStatus Of((Workload Workload, WorkloadContainer Container)[] uses)
    {
        var workloads = uses.GroupBy(use => use.Workload, ReferenceEqualityComparer.Instance).Select(group => group.First().Workload).ToArray();
        var namespaces = workloads.Select(workload => workload.Namespace).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal);
        return new ImageUsageStatus
        {
            WorkloadCount = workloads.Length,
            Workloads =
            [
                .. workloads.Take(MostShown).Select(workload => new WorkloadStatus
                {
                    Kind = NameOf(workload.Kind),
                    Namespace = NameOf(workload.Namespace),
                    Name = NameOf(workload.Name),
                    Replicas = workload.Replicas,
                }),
            ],
            Namespaces = [.. namespaces.Take(MostNamespaces).Select(NameOf)],
            // A Pod with two containers of one image is one Pod.
            TotalPods = uses.GroupBy(use => use.Workload, ReferenceEqualityComparer.Instance)
                .Sum(group => group.Max(use => use.Container.Running.Sum(running => running.Pods))),
        };
    }

    /// <summary>An API server has checked it, and a file may hold any text.</summary>
    private static string NameOf(string name) => OutsideText.Of(name, KubernetesNames.NameLength);
}
