using RegistryOperator.Abstractions.Images;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Plugins.RegistryAuth.Docker;

/// <summary>
/// Finds what Docker configurations have for a repository, by the kubelet's rules, so that a Secret that pulls an image also
/// scans it (<see href="https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/credentialprovider/keyring.go"/>).
/// </summary>
/// <typeparam name="T">What is kept for a location.</typeparam>
internal sealed class Keyring<T>
{
    // One registry, known under several names: images are called docker.io/…, the API is at registry-1, logins are kept for index.
    private static readonly string[] DockerHubHosts = [DockerHub.Name, DockerHub.LoginHost, DockerHub.ApiHost, DockerHub.SiteHost];

    private readonly List<(LocationPattern Pattern, T Value)> _index;

    public Keyring(IEnumerable<(string Location, T Value)> entries) =>
        // In reverse order, so that of two locations of which one starts with the other, the longer, more specific one is first.
        _index = [.. entries.Select(entry => (Pattern: LocationPattern.Parse(entry.Location), entry.Value))
            .Where(item => item.Pattern is not null)
            .Select(item => (item.Pattern!, item.Value))
            .OrderByDescending(item => item.Item1.Key, StringComparer.Ordinal)];

    /// <summary>What there is for the repository, the most specific first; of equal ones in the order in which they were given.</summary>
    public IReadOnlyList<T> Lookup(RepositoryReference repository)
    {
        var registry = repository.Registry;
        var path = "/" + (DockerHub.IsHost(registry.Host) ? DockerHub.FullRepository(repository.Repository) : repository.Repository);
        string[] names = [.. NamesOf(registry)];
        return [.. _index.Where(item => names.Any(name => item.Pattern.Matches(name, path))).Select(item => item.Value)];
    }

    // The names under which an entry may know the registry.
    private static IEnumerable<string> NamesOf(Uri registry)
    {
        yield return registry.Authority;

        // A URL drops its scheme's own port; an entry may still have it.
        if (registry.IsDefaultPort && registry.Port > 0) yield return $"{registry.Authority}:{registry.Port}";

        if (!DockerHub.IsHost(registry.Host)) yield break;
        foreach (var alias in DockerHubHosts)
        {
            yield return alias;
            yield return alias + ":443";
        }
    }
}
