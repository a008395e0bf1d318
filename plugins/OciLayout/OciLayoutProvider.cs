using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Plugins.OciLayout;

public sealed class OciLayoutProvider : IRegistryClientProvider
{
    public string Name => "oci-layout";

    public bool CanServe(Uri registry) => registry.Scheme == "oci-layout";

    public IRegistryClient CreateClient(RegistryClientRequest request) => throw new NotSupportedException();
}
