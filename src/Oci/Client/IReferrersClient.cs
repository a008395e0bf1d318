using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Reading;

namespace RegistryOperator.Oci.Client;

/// <summary>
/// What this library's clients offer beyond <see cref="IRegistryClient"/>: of referrers, how each was found, and how to save a request for
/// a tag that is known not to be there; of a list of tags, what was left out.
/// </summary>
public interface IReferrersClient : IRegistryClient
{
    /// <summary>Entries of the last list of tags that are no tags by the specification's grammar, and were left out.</summary>
    int InvalidTags { get; }

    /// <summary>The referrers of a manifest, by the Referrers API or, where the registry lacks it, by the fallback tag.</summary>
    /// <param name="subject">The digest of the manifest referred to.</param>
    /// <param name="mayHaveTag">False for a tag that the repository lacks: then it is not asked for.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <exception cref="RegistryException">The list can't be read.</exception>
    IAsyncEnumerable<Referrer> ListReferrersAsync(Digest subject, Func<string, bool> mayHaveTag, CancellationToken cancellationToken);
}
