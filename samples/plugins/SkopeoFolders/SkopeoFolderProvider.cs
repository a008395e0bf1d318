using RegistryOperator.Abstractions.Registries;

namespace SkopeoFolders;

/// <summary>
/// Serves <c>skopeo-dir:///folder</c>: images that <c>skopeo copy docker://… dir:/folder/REPOSITORY/TAG</c> has written, e.g. to carry them into a network
/// without a registry.
/// </summary>
public sealed class SkopeoFolderProvider : IRegistryClientProvider
{
    public const string Scheme = "skopeo-dir";

    public string Name => Scheme;

    public bool CanServe(Uri registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        return registry.Scheme == Scheme;
    }

    public IRegistryClient CreateClient(RegistryClientRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (request.Repository.Repository.Split('/').Any(part => part is "" or "." or ".."))
            throw new RegistryException(RegistryErrorKind.InvalidRequest, $"'{request.Repository.Repository}' is no repository: write folders, e.g. team/app.");
        return new SkopeoFolderClient(request.Repository);
    }
}
