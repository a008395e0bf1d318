using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Plugins.Provenance.Attached;

/// <summary>Finds out what is attached to an image: from the registry, or from what was found there lately.</summary>
internal sealed class AttachmentLister(TimeProvider time)
{
    /// <exception cref="ScanException">Nothing could be listed.</exception>
    public async Task<FoundAttachments> ListAsync(ImageScanRequest request, StoredEvidence stored, CancellationToken cancellationToken)
    {
        string[] subjects = [.. request.Platforms.Select(platform => platform.Digest).Prepend(request.Digest).Distinct().Select(digest => digest.ToString())];
        if (stored.Listing is { } known && IsUsable(known, request, subjects)) return FoundAttachments.Of(known, isStored: true);
        var listedAt = time.GetUtcNow();
        if (request.Attachments is null)
            return FoundAttachments.Of(new Listing { ListedAt = listedAt, Subjects = subjects, Attachments = [], IsComplete = true }, isStored: false);
        var list = await request.Attachments.ListAsync(cancellationToken);
        if (list is { Problem: { IsTransient: true } failure, Attachments: [] }) throw ScanException.From(failure);
        var found = list.Attachments.Select(ListedAttachment.Of);
        // A list that is not complete proves no absence.
        if (!list.IsComplete) found = found.Concat(stored.Listing?.Attachments ?? []).DistinctBy(one => (one.Digest, one.Subject)).Take(AttachedLimits.Listed);
        var listing = new Listing
        {
            ListedAt = listedAt,
            Subjects = subjects,
            Attachments = [.. found],
            IsComplete = list.IsComplete,
            Problem = list.Problem is { } problem ? new ContentProblem(ScanReasons.Of(problem.Kind), problem.Message) : null,
            IsUnverified = request.Security.InsecureSkipVerify,
            IsCut = list.Problem?.IsTransient is true,
        };
        return FoundAttachments.Of(listing, isStored: false);
    }

    private bool IsUsable(Listing known, ImageScanRequest request, string[] subjects) =>
        request.StoredSince is { } since && known.ListedAt > since && known.ListedAt <= time.GetUtcNow()
        && !known.IsCut && (!known.IsUnverified || request.Security.InsecureSkipVerify)
        && !subjects.Except(known.Subjects, StringComparer.Ordinal).Any();
}

/// <summary>What is attached to an image.</summary>
/// <param name="Listing">As the report keeps it.</param>
/// <param name="Attachments">The same.</param>
/// <param name="IsStored">True where the registry was not asked, and is not to be.</param>
internal sealed record FoundAttachments(Listing Listing, IReadOnlyList<ImageAttachment> Attachments, bool IsStored)
{
    public static FoundAttachments Of(Listing listing, bool isStored) => new(listing, [.. listing.Attachments.Select(one => one.ToAttachment())], isStored);
}
