using System.Text.RegularExpressions;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Oci.Reading;

/// <summary>
/// Validates the names that become part of a URL, and normalizes those of Docker Hub
/// (<see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests"/>).
/// </summary>
internal static partial class RepositoryNames
{
    /// <summary>The host of Docker Hub's API; <c>docker.io</c> is only an alias.</summary>
    public const string DockerHubHost = "registry-1.docker.io";

    private const string DockerHubOfficial = "library/";
    private const int MaximumLength = 255;
    private const int RegexTimeout = 1000;

    /// <summary>The repository under the name that the registry uses.</summary>
    /// <exception cref="RegistryException">The URL or the name is not valid.</exception>
    public static RepositoryReference Normalize(RepositoryReference reference)
    {
        var registry = NormalizeRegistry(reference.Registry);
        var repository = reference.Repository;
        if (registry.Host == DockerHubHost && !repository.Contains('/', StringComparison.Ordinal)) repository = DockerHubOfficial + repository;
        if (repository.Length > MaximumLength || !RepositoryGrammar().IsMatch(repository))
        {
            throw Invalid(
                registry,
                $"'{reference.Repository}' is not a repository name",
                "Use lower-case letters, digits and single separators ('.', '_', '-'), parts divided by '/', e.g. library/nginx, without a tag.");
        }

        return new RepositoryReference(registry, repository);
    }

    public static bool IsTag(string text) => TagGrammar().IsMatch(text);

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

        return registry.Host is "docker.io" or "index.docker.io" or DockerHubHost ? new Uri("https://" + DockerHubHost) : registry;
    }

    private static RegistryException Invalid(Uri registry, string what, string advice)
    {
        var name = registry is { IsAbsoluteUri: true, Host.Length: > 0 } ? $"{registry.Scheme}://{registry.Authority}" : "URL";
        return new RegistryException(RegistryErrorKind.InvalidRequest, $"registry {name}: {what}") { Advice = advice };
    }

    [GeneratedRegex(
        """^[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(\/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture,
        RegexTimeout)]
    private static partial Regex RepositoryGrammar();

    [GeneratedRegex("""^[a-zA-Z0-9_][a-zA-Z0-9._-]{0,127}\z""", RegexOptions.CultureInvariant, RegexTimeout)]
    private static partial Regex TagGrammar();
}
