using RegistryOperator.Abstractions.Images;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Host.Workloads;

/// <summary>Which workloads a resource looks at.</summary>
internal sealed record WorkloadSelection
{
    /// <summary>Their namespaces; none means all.</summary>
    public IReadOnlyList<string> Namespaces { get; init; } = [];

    /// <summary>Other names of the repository: <c>HOST[:PORT][/PATH]</c>.</summary>
    public IReadOnlyList<string> Mirrors { get; init; } = [];

    public bool Covers(string @namespace) => Namespaces.Count == 0 || Namespaces.Contains(@namespace, StringComparer.Ordinal);

    /// <summary>True for an image of the repository, under its own name or under that of a mirror.</summary>
    public bool Covers(ImageReference image, RepositoryReference repository) =>
        image.IsIn(repository) || NamesOfMirrors(repository).Contains(image.Name);

    /// <summary>
    /// The names of the repository in its mirrors. A mirror is the whole name of the copy, or what stands before the repository's path:
    /// <c>mirror.example.com/hub</c> of <c>mirror.example.com/hub/library/nginx</c>.
    /// </summary>
    public IReadOnlySet<string> NamesOfMirrors(RepositoryReference repository)
    {
        var path = DockerHub.IsHost(repository.Registry.IsAbsoluteUri ? repository.Registry.Host : null)
            ? DockerHub.FullRepository(repository.Repository)
            : repository.Repository;
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (var mirror in Mirrors.Select(mirror => mirror.TrimEnd('/')))
        {
            if (mirror.Contains('/', StringComparison.Ordinal) && ImageReference.TryParse(mirror, out var whole)) names.Add(whole.Name);
            if (ImageReference.TryParse($"{mirror}/{path}", out var below)) names.Add(below.Name);
        }

        return names;
    }
}
