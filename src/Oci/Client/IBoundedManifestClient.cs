using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Oci.Client;

/// <summary>Reads a manifest only where it is not too large, which takes no request more: the answer announces its size.</summary>
public interface IBoundedManifestClient : IRegistryClient
{
    /// <summary>Reads a manifest.</summary>
    /// <param name="reference">Its tag or digest.</param>
    /// <param name="maximumSize">In bytes.</param>
    /// <param name="cancellationToken">Ends the request.</param>
    /// <exception cref="RegistryException">It can't be read, or is larger (<see cref="RegistryErrorKind.TooLarge"/>).</exception>
    Task<Manifest> GetManifestAsync(string reference, long maximumSize, CancellationToken cancellationToken);
}
