using RegistryOperator.Abstractions.Images;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Budgets;
using RegistryOperator.Oci;
using RegistryOperator.Oci.Client;

namespace RegistryOperator.Host.Tags;

/// <summary>The tags of a repository as listed.</summary>
/// <param name="Tags">Those that are tags by the specification's grammar.</param>
/// <param name="Invalid">How many entries are none, and were left out.</param>
internal sealed record TagList(IReadOnlyList<string> Tags, int Invalid)
{
    /// <summary>What a user is told about what was left out; null for nothing.</summary>
    public string? Note => Invalid switch
    {
        0 => null,
        1 => "1 entry of the registry's list is no tag and was left out.",
        _ => $"{Invalid} entries of the registry's list are no tags and were left out.",
    };

    /// <summary>What a tag takes beside its text while it is filtered, compared and sorted, in bytes.</summary>
    private const int Overhead = 100;

    /// <summary>Bytes that are taken of a share at a time.</summary>
    private const int Step = 64 * 1024;

    /// <summary>Reads the list, within the limits that the built-in client has: a plugin's client may have none.</summary>
    /// <param name="client">Reads it.</param>
    /// <param name="share">Where its memory is taken from; null for as much as the limits allow.</param>
    /// <param name="cancellationToken">Ends the requests.</param>
    /// <exception cref="RegistryException">It can't be read, or is too large.</exception>
    /// <exception cref="RoundFailedException">There is no memory for it.</exception>
    public static async Task<TagList> ReadAsync(IRegistryClient client, MemoryShare? share, CancellationToken cancellationToken)
    {
        var (held, taken) = (0L, 0L);
        var limits = OciClientOptions.Default;
        var tags = new List<string>();
        var (invalid, bytes) = (0, 0L);
        await foreach (var tag in client.ListTagsAsync(cancellationToken))
        {
            // A client may ignore its token.
            cancellationToken.ThrowIfCancellationRequested();
            if (!ImageReference.IsTag(tag))
            {
                invalid++;
                continue;
            }

            tags.Add(tag);
            bytes += OciClientOptions.SizeOf(tag);
            held += OciClientOptions.SizeOf(tag) + Overhead;
            if (held > taken)
            {
                if (share?.TryTake(Step) == false) throw new RoundFailedException(Busy(client.Repository));
                taken += Step;
            }

            if (tags.Count > limits.MaximumTags || bytes > limits.MaximumTagBytes)
                throw new RegistryException(RegistryErrorKind.TooLarge, $"{client.Repository} has more tags than the {limits.MaximumTags} that are read.");
        }

        return new TagList(tags, invalid + ((client as IReferrersClient)?.InvalidTags ?? 0));
    }

    private static RoundFailure Busy(RepositoryReference repository) => RoundFailure.Of(
        RoundFailure.Busy, $"{repository}: the scans of its namespace take all the memory that they may, so its tags wait. {RoundFailure.BusyAdvice}");
}
