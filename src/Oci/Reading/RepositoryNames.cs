using RegistryOperator.Abstractions.Images;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Oci.Reading;

/// <summary>
/// Validates the names that become part of a URL, and normalizes those of Docker Hub
/// (<see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests"/>).
/// </summary>
internal static class RepositoryNames
{
    /// <summary>The repository as the registry knows it.</summary>
    /// <exception cref="RegistryException">The URL or the name is not valid.</exception>
    public static RepositoryReference Normalize(RepositoryReference reference)
    {
        var registry = NormalizeRegistry(reference.Registry);
        var repository = registry.Host == DockerHub.ApiHost ? DockerHub.FullRepository(reference.Repository) : reference.Repository;
        if (!ImageReference.IsRepository(repository))
        {
            throw Invalid(
                registry,
                $"'{reference.Repository}' is not a repository name",
                "Use lower-case letters, digits and single separators ('.', '_', '-'), parts divided by '/', e.g. library/nginx, without a tag.");
        }

        return new RepositoryReference(registry, repository);
    }

    private static Uri NormalizeRegistry(Uri registry)
    {
        if (!registry.IsAbsoluteUri || registry.Scheme is not ("https" or "http") || registry.Host.Length == 0)
        {
            throw Invalid(
                registry, "a registry's URL is 'https://host[:port]' or 'http://host[:port]'", "Write the scheme and the host, e.g. https://ghcr.io.");
        }

        if (registry.UserInfo.Length > 0)
            throw Invalid(registry, "a registry's URL must not hold a user name or password", "Put the credentials into a Secret.");
        if (registry.PathAndQuery is not "/" || registry.Fragment.Length > 0)
        {
            throw Invalid(
                registry, $"a registry's URL must not have a path or query ('{registry.AbsolutePath}')", "Put the path before the repository's name.");
        }

        return DockerHub.IsHost(registry.Host) ? new Uri("https://" + DockerHub.ApiHost) : registry;
    }

    private static RegistryException Invalid(Uri registry, string what, string advice)
    {
        var name = registry is { IsAbsoluteUri: true, Host.Length: > 0 } ? $"{registry.Scheme}://{registry.Authority}" : "URL";
        return new RegistryException(RegistryErrorKind.InvalidRequest, $"registry {name}: {what}") { Advice = advice };
    }
}
