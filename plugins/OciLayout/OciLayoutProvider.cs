using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Plugins.OciLayout.Layouts;
using RegistryOperator.Plugins.OciLayout.Options;

namespace RegistryOperator.Plugins.OciLayout;

/// <summary>
/// Serves <c>oci-layout:///folder</c>: OCI image layouts on disk
/// (<see href="https://github.com/opencontainers/image-spec/blob/v1.1.1/image-layout.md"/>), as <c>skopeo</c>, <c>oras</c>, BuildKit and
/// <c>docker save</c> write them. The repository is a layout below the URL's folder where there is one, so that a folder may hold
/// many; otherwise the URL's folder is the layout itself, and the repository is only its name. Only folders that the settings allow are looked at.
/// Archives are served likewise, by <c>oci-archive:///file.tar</c> and <c>docker-archive:///file.tar</c>, and read in place. Reads; never writes.
/// </summary>
internal sealed class OciLayoutProvider(LayoutOptions options) : IRegistryClientProvider
{
    /// <inheritdoc/>
    public string Name => LayoutSchemes.Folder;

    /// <inheritdoc/>
    public bool CanServe(Uri registry)
    {
        ArgumentNullException.ThrowIfNull(registry);
        return registry.IsAbsoluteUri && LayoutSchemes.IsServed(registry.Scheme);
    }

    /// <inheritdoc/>
    public IRegistryClient CreateClient(RegistryClientRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        return new OciLayoutClient(request.Repository, LayoutLocation.Parse(request.Repository, options.Folders));
    }
}
