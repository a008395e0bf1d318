using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Drift.Images;

namespace RegistryOperator.Plugins.Drift.Comparing;

/// <summary>
/// Tells what the registry does not have any more. Said only where the whole list of tags is without it and a HEAD answers that it is not there, in two checks
/// that are an interval apart. Any other failure says nothing, and a list that is not whole neither.
/// </summary>
internal sealed class MissingImages(RegistryScanRequest request, ImageReader images, ImageMemory memory, DateTimeOffset now)
{
    private readonly HashSet<string> _tags = new(request.Tags, StringComparer.Ordinal);

    /// <summary>True where a tag, or a digest that a workload names, is gone for good.</summary>
    public async Task<bool> IsMissingAsync(string reference, bool isTag, CancellationToken cancellationToken)
    {
        if (isTag && _tags.Contains(reference)) return false;
        var since = memory.Missing.TryGetValue(reference, out var before) && before <= now ? before : (DateTimeOffset?)null;
        // Between two lists of tags, and where the registry does not answer, what was known stays known, and nothing is added to it.
        if (!request.IsTagListComplete) return Keep(reference, since, memory.Gone.Contains(reference));
        try
        {
            if (await images.ResolveAsync(reference, cancellationToken) is not null) return false;
            // Only a look that itself found nothing confirms; what was confirmed stays so, also where the interval has become longer since.
            var isConfirmed = since < now && now - since >= (request.Interval ?? TimeSpan.Zero);
            return Keep(reference, since ?? now, isConfirmed || (since is not null && memory.Gone.Contains(reference)));
        }
        catch (RegistryException)
        {
            return Keep(reference, since, memory.Gone.Contains(reference));
        }
    }

    private bool Keep(string reference, DateTimeOffset? since, bool isGone)
    {
        if (since is not { } first) return false;
        images.Next.Missing[reference] = first;
        if (isGone) images.Next.Gone.Add(reference);
        return isGone;
    }
}
