using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Kinds;

namespace RegistryOperator.Host.Scans.Execution;

/// <summary>A result that others made, or may have made, reaches a resource only after its own access has shown that it can read what the result is
/// about.</summary>
internal static class ResultRights
{
    /// <summary>Why the resource may not be given the result; null where it may.</summary>
    /// <param name="registry">The resource's access.</param>
    /// <param name="manifests">All that the result is about.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    public static async Task<ScanProblem?> ProblemAsync(OpenedRegistry registry, IEnumerable<Digest> manifests, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var manifest in manifests) await registry.Rights.ProveAsync(registry.Client, manifest, cancellationToken);
            return null;
        }
        catch (RegistryException failure) when (!cancellationToken.IsCancellationRequested)
        {
            return ScanProblem.From(ScanException.From(failure));
        }
        catch (Exception fault) when (!cancellationToken.IsCancellationRequested)
        {
            // A plugin's client may throw what the contract does not name. The message is left out: it may quote a credential.
            return new ScanProblem(ScanReasons.Failed, $"The client of {registry.Client.Repository} failed ({fault.GetType().Name}).");
        }
    }
}
