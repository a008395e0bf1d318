using RegistryOperator.Abstractions.Images;
using RegistryOperator.Abstractions.Registries;
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

    /// <summary>Reads the list, within the limits that the built-in client has: a plugin's client may have none.</summary>
    /// <exception cref="RegistryException">It can't be read, or is too large.</exception>
    public static async Task<TagList> ReadAsync(IRegistryClient client, CancellationToken cancellationToken)
    {
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
            if (tags.Count > limits.MaximumTags || bytes > limits.MaximumTagBytes)
                throw new RegistryException(RegistryErrorKind.TooLarge, $"{client.Repository} has more tags than the {limits.MaximumTags} that are read.");
        }

        return new TagList(tags, invalid + ((client as IReferrersClient)?.InvalidTags ?? 0));
    }
}
