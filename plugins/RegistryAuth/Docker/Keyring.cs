using RegistryOperator.Abstractions.Images;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Plugins.RegistryAuth.Docker;

/// <summary>
/// Finds the entries of a Docker configuration that are for a repository, by the kubelet's rules, so that a Secret that pulls an image also
/// scans it (<see href="https://github.com/kubernetes/kubernetes/blob/v1.34.0/pkg/credentialprovider/keyring.go"/>).
/// </summary>
internal sealed class Keyring
{
    // One registry, known under several names: images are called docker.io/…, the API is at registry-1, logins are kept for index.
    private static readonly string[] DockerHubHosts = [DockerHub.Name, DockerHub.LoginHost, DockerHub.ApiHost];

    private readonly List<(LocationPattern Pattern, DockerConfigurationEntry Entry)> _index;

    public Keyring(IEnumerable<DockerConfigurationEntry> entries) =>
        // In reverse order, so that of two locations of which one starts with the other, the longer, more specific one is first.
        _index = [.. entries.Select(entry => (Pattern: LocationPattern.Parse(entry.Location), Entry: entry))
            .Where(item => item.Pattern is not null)
            .Select(item => (item.Pattern!, item.Entry))
            .OrderByDescending(item => item.Item1.Key, StringComparer.Ordinal)];

    /// <summary>The entries for the repository, the most specific first.</summary>
    public IReadOnlyList<DockerConfigurationEntry> Lookup(RepositoryReference repository)
    {
        foreach (var name in NamesOf(repository))
        {
            var matches = _index.FindAll(item => item.Pattern.Matches(name.Authority, name.Path));
            if (matches.Count > 0) return matches.ConvertAll(match => match.Entry);
        }

        return [];
    }

    // The names under which an entry may know the repository, the one in the resource first.
    private static IEnumerable<(string Authority, string Path)> NamesOf(RepositoryReference repository)
    {
        var registry = repository.Registry;
        var path = "/" + repository.Repository;
        yield return (registry.Authority, path);

        // A URL drops its scheme's own port; an entry may still have it.
        if (registry.IsDefaultPort && registry.Port > 0) yield return ($"{registry.Authority}:{registry.Port}", path);

        if (!DockerHub.IsHost(registry.Authority)) yield break;
        foreach (var alias in DockerHubHosts.Where(alias => alias != registry.Authority)) yield return (alias, path);
    }
}
