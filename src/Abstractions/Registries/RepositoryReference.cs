namespace RegistryOperator.Abstractions.Registries;

/// <summary>A repository in a registry.</summary>
/// <param name="Registry">The registry's URL, e.g. <c>https://registry-1.docker.io</c>; plain HTTP only where it says <c>http</c>.</param>
/// <param name="Repository">The repository's path, e.g. <c>library/nginx</c>.</param>
public sealed record RepositoryReference(Uri Registry, string Repository)
{
    /// <summary>The name that tools take, without a scheme: <c>host[:port]/repository</c>, e.g. to be followed by <c>@sha256:…</c>.</summary>
    public string Name => $"{Registry.Authority}/{Repository}";

    /// <summary>The URL and the repository, without user information.</summary>
    public override string ToString() =>
        $"{Registry.GetLeftPart(UriPartial.Authority).Replace(Registry.UserInfo + "@", "", StringComparison.Ordinal)}/{Repository}";
}
