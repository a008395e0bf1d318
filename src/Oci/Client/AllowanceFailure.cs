using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Client;

/// <summary>Tells a failure that concerns manifests alone.</summary>
public static class AllowanceFailure
{
    /// <summary>True where a manifest was not asked for, since of those that the registry allows none is left. Blobs cost none of them.</summary>
    public static bool IsOfManifestsAlone(this RegistryException failure)
    {
        ArgumentNullException.ThrowIfNull(failure);
        return failure.InnerException is AllowanceUsedException;
    }
}
