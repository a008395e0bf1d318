namespace RegistryOperator.Abstractions.Images;

/// <summary>Docker Hub, one registry under several names.</summary>
public static class DockerHub
{
    /// <summary>Its name in image references; the OCI API is not served there.</summary>
    public const string Name = "docker.io";

    /// <summary>Where its OCI API is.</summary>
    public const string ApiHost = "registry-1.docker.io";

    /// <summary>Its older name, under which Docker and compatible tools store logins.</summary>
    public const string LoginHost = "index.docker.io";

    /// <summary>Where its site showed repositories, which people take for the API's name.</summary>
    public const string SiteHost = "registry.hub.docker.com";

    /// <summary>The beginning of official images' repositories, left out in short names: <c>nginx</c> is <c>library/nginx</c>.</summary>
    public const string OfficialPrefix = "library/";

    /// <summary>True for any of its names, ignoring case.</summary>
    public static bool IsHost(string? host) =>
        string.Equals(host, Name, StringComparison.OrdinalIgnoreCase)
        || string.Equals(host, ApiHost, StringComparison.OrdinalIgnoreCase)
        || string.Equals(host, LoginHost, StringComparison.OrdinalIgnoreCase)
        || string.Equals(host, SiteHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>The repository's full path: a path of one part is an official image's.</summary>
    public static string FullRepository(string repository) => repository.Contains('/', StringComparison.Ordinal) ? repository : OfficialPrefix + repository;
}
