using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Drift.Images;

namespace RegistryOperator.Plugins.Drift.Comparing;

/// <summary>What is known of an image that a list of tags does not have.</summary>
internal enum Absence
{
    /// <summary>It is there, or nothing tells that it is not.</summary>
    None,

    /// <summary>A look did not find it; the next one, an interval later, decides.</summary>
    Once,

    /// <summary>It is gone for good.</summary>
    Gone,
}

/// <summary>
/// Tells what the registry does not have any more. Said only where the whole list of tags is without it and a HEAD answers that it is not there, in two checks
/// that are an interval apart. Any other failure says nothing, and a list that is not whole neither.
/// </summary>
internal sealed class MissingImages(RegistryScanRequest request, ImageReader images, SeenImages seen, ImageMemory memory, DateTimeOffset now)
{
    private readonly HashSet<string> _tags = new(request.Tags, StringComparer.Ordinal);

    /// <summary>Looks for a tag, or for a digest that a workload names.</summary>
    public async Task<Absence> FindAsync(string reference, bool isTag, CancellationToken cancellationToken)
    {
        if (isTag && _tags.Contains(reference)) return Absence.None;
        if (isTag ? seen.HasTag(reference) : seen.HasDigest(reference)) NoteHad(reference);
        var since = memory.Missing.TryGetValue(reference, out var before) && before <= now ? before : (DateTimeOffset?)null;
        // Between two lists of tags, and where the registry does not answer, what was known stays known, and nothing is added to it.
        if (!request.IsTagListComplete) return Keep(reference, since, memory.Gone.Contains(reference));
        try
        {
            if (await images.ResolveAsync(reference, cancellationToken) is not null)
            {
                NoteHad(reference);
                return Absence.None;
            }

            // Only a look that itself found nothing confirms; what was confirmed stays so, also where the interval has become longer since.
            var isConfirmed = since < now && now - since >= (request.Interval ?? TimeSpan.Zero);
            return Keep(reference, since ?? now, isConfirmed || (since is not null && memory.Gone.Contains(reference)));
        }
        catch (RegistryException)
        {
            return Keep(reference, since, memory.Gone.Contains(reference));
        }
    }

    /// <summary>What follows where the registry does not have what Pods pull; null where it has it, or nothing can be said.</summary>
    public async Task<FoundChange?> ChangeAsync(RunningTag running, string reference, bool isTag, CancellationToken cancellationToken)
    {
        var absence = await FindAsync(reference, isTag, cancellationToken);
        if (absence == Absence.None) return null;
        var what = isTag || running.Pinned is not { } pinned ? reference : $"the image {TagChanges.Short(pinned)}";
        var wasThere = WasThere(reference);
        // A mirror may have tags of its own.
        if (running.Mirror is { } mirror && !wasThere)
            return new FoundChange(null) { NotKnownYet = $"As far as is known, only the mirror {mirror} has {what}.", IsOfMirrorAlone = true };
        if (absence != Absence.Gone) return null;
        return new FoundChange(new TagChange(TagChangeKind.MissingUpstream, running.Mirror is null
            ? $"The registry does not have {what}{(wasThere ? " any more" : ", and was never seen to have it")}: new Pods can't pull it."
            : $"The upstream registry does not have {what} any more: the copy in {running.Mirror} may be the last one."));
    }

    /// <summary>Notes that the registry has a digest that a workload names: once it is gone, that tells it from what only a mirror ever had.</summary>
    public void NoteHad(string reference) => images.Next.Had.Add(reference);

    /// <summary>True where the registry was ever seen to have what <see cref="FindAsync"/> looked for.</summary>
    public bool WasThere(string reference) => images.Next.Had.Contains(reference);

    private Absence Keep(string reference, DateTimeOffset? since, bool isGone)
    {
        if (since is not { } first) return Absence.None;
        images.Next.Missing[reference] = first;
        if (!isGone) return Absence.Once;
        images.Next.Gone.Add(reference);
        return Absence.Gone;
    }
}
