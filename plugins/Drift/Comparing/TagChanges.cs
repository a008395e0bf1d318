using RegistryOperator.Abstractions.Drift;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Plugins.Drift.Advice;
using RegistryOperator.Plugins.Drift.Images;
using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.Drift.Comparing;

/// <summary>
/// Finds out what has happened to a running tag: compares what container runtimes report with what the tag names now. Where no runtime reports anything,
/// nothing is said: what the registry has is not what runs.
/// </summary>
internal sealed class TagChanges(ImageReader images, SeenImages seen, KnownResults results, DateTimeOffset checkedAt)
{
    private const int ShownDigits = 12;
    private const string Unread = "what runs can't be read from the registry any more, so that nothing shows that it is the same software";

    /// <summary>So long the signature of a new image may take to be read: who keeps it from being read must not be able to silence the alarm.</summary>
    private static readonly TimeSpan LongestUnread = TimeSpan.FromDays(1);

    /// <summary>What has happened; null where the tag names what runs, or nothing is known.</summary>
    /// <param name="running">What runs.</param>
    /// <param name="now">What its tag names now.</param>
    /// <param name="isFloating">True for a tag that is meant to move.</param>
    /// <param name="expectsImmutableTags">True where no full version may ever be built again.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    public async Task<FoundChange?> FindAsync(
        RunningTag running, TagImage now, bool isFloating, bool expectsImmutableTags, CancellationToken cancellationToken)
    {
        var others = running.Digests.Where(digest => !now.Facts.Is(digest)).ToArray();
        if (others.Length == 0 || !Digest.TryParse(now.Facts.Digest, out var current)) return null;
        // The host may know only some of the platforms.
        if (await images.OfDigestAsync(current, cancellationToken) is not { } facts) return null;
        others = [.. others.Where(digest => !facts.Is(digest))];
        if (others.Length == 0) return null;
        if (isFloating) return await MovedAsync(others, facts, What(others[0]), cancellationToken);
        FoundChange? worst = null;
        foreach (var other in others)
        {
            var found = await JudgeAsync(other, running, now with { Facts = facts }, What(other), expectsImmutableTags, cancellationToken);
            if (worst is null || RankOf(found) > RankOf(worst)) worst = found;
        }

        return worst;

        string What(Digest other)
        {
            var part = others.Length < running.Digests.Count ? $"{others.Length} of its {running.Digests.Count} running images" : "what runs";
            return $"{now.Tag} names {Short(current)} since {UtcText.ToMinute(now.SeenSince)} or earlier, and {part} is {Short(other)}";
        }
    }

    /// <summary>What became of a full version, by one of the images that run under it.</summary>
    private async Task<FoundChange> JudgeAsync(
        Digest other, RunningTag running, TagImage now, string what, bool expectsImmutableTags, CancellationToken cancellationToken)
    {
        var before = await images.OfDigestAsync(other, cancellationToken) ?? images.RememberedOf(now.Tag, other);
        // A copy that was pushed by hand often has layers, and so a digest, of its own.
        if (before is null && running.Mirror is { } mirror && !seen.HasDigest(other.ToString()))
            return new FoundChange(null) { NotKnownYet = $"Whether the version was rewritten is not known, since only {mirror} has what runs: {what}." };
        if (expectsImmutableTags) return Found(TagChangeKind.TagRewritten, $"The version was rewritten, where none may be: {what}.");
        var found = await IsSameSoftwareAsync(before, now, cancellationToken);
        if (found.IsSame is not { } isSame)
            return new FoundChange(null) { NotKnownYet = $"Whether the version was built again or rewritten is not known yet, {found.Shown}: {what}." };
        return isSame
            ? Found(TagChangeKind.Rebuilt, $"The version was built again, {found.Shown}: {what}.")
            : Found(TagChangeKind.TagRewritten, $"The version was rewritten, and {found.Shown}: {what}.") with { Claims = found.Claims };
    }

    /// <summary>Of several running images the worst counts; what is not known yet may be an alarm.</summary>
    private static int RankOf(FoundChange found) => found.Change?.Kind switch
    {
        TagChangeKind.TagRewritten => 2,
        null => 1,
        _ => 0,
    };

    /// <summary>A tag that goes back to an older image is no update: it may bring back what was fixed.</summary>
    private async Task<FoundChange> MovedAsync(IReadOnlyList<Digest> others, ImageFacts after, string what, CancellationToken cancellationToken)
    {
        DateTimeOffset? newest = null;
        foreach (var digest in others)
        {
            if ((await images.OfDigestAsync(digest, cancellationToken))?.Created is { } created && !(created <= newest)) newest = created;
        }

        if (newest is not { } before || after.Created is not { } now || now >= before) return Found(TagChangeKind.TagMoved, $"The tag has moved: {what}.");
        var order = $"created on {UtcText.ToMinute(now)}, before what runs ({UtcText.ToMinute(before)})";
        return Found(TagChangeKind.TagMoved, $"The tag went back to an older image, {order}: {what}.") with { IsOlder = true };
    }

    private static FoundChange Found(TagChangeKind kind, string message) => new(new TagChange(kind, message));

    /// <summary>Whether it is the same software, built later; null where that is not known yet.</summary>
    private async Task<Comparison> IsSameSoftwareAsync(ImageFacts? before, TagImage tag, CancellationToken cancellationToken)
    {
        var after = tag.Facts;
        if (before is null) return new Comparison(false, Unread);
        if (before.Created is { } created && after.Created is { } later && later < created)
            return new Comparison(false, $"its image was created on {UtcText.ToMinute(later)}, before the one that runs ({UtcText.ToMinute(created)})");
        var (was, now) = (await results.ProvenanceOfAsync(before, cancellationToken), await results.ProvenanceOfAsync(after, cancellationToken));
        // Who signed it is proved; what an image says of its source is anybody's claim.
        if (was is { IsSignatureVerified: true, SignedBy: { } signer }) return IsSignedAsBefore(signer, now, before, tag);

        if (before.Platforms.Count == 0) return new Comparison(false, Unread);
        if ((ProvedSourceOf(was) ?? SourceCommit.Parse(before.Source)) is not { } source
            || (ProvedSourceOf(now) ?? SourceCommit.Parse(after.Source)) is not { } sourceNow)
        {
            return new Comparison(false, "nothing shows that it is the same software");
        }

        if (source != sourceNow)
        {
            return new Comparison(false, "its source is another one")
            {
                Claims = $"It says to be built from {sourceNow.Quoted}, and what runs from {source.Quoted}.",
            };
        }

        return after.Created > before.Created
            ? new Comparison(true, $"from the same source {source.Commit}")
            : new Comparison(false, "nothing shows that it is later than what runs");
    }

    private Comparison IsSignedAsBefore(string signer, BuildProvenance? now, ImageFacts before, TagImage tag)
    {
        if (now is null)
        {
            return checkedAt - tag.SeenSince < LongestUnread
                ? new Comparison(null, $"since its signature has not been read, and what runs is signed by {signer}; the next check looks")
                : new Comparison(false, $"no signature of it was read for a day, where {signer} signed what runs");
        }

        if (now is not { IsSignatureVerified: true } || now.SignedBy != signer) return new Comparison(false, $"it is not signed by {signer} any more");
        // A signed release of old without a date would look the same.
        return before.Created is not null && tag.Facts.Created is null
            ? new Comparison(false, $"nothing shows that it is later than what runs, although {signer} signed both")
            : new Comparison(true, $"signed by {signer} as before");
    }

    private static SourceCommit? ProvedSourceOf(BuildProvenance? provenance) =>
        provenance is { IsProvenanceVerified: true } ? SourceCommit.Of(provenance.SourceRepository, provenance.SourceCommit) : null;

    internal static string Short(Digest digest) =>
        digest.Encoded.Length > ShownDigits ? $"{digest.Algorithm}:{digest.Encoded[..ShownDigits]}" : digest.ToString();

    /// <summary>Whether another image is the same software, built later; null where that is not known yet.</summary>
    /// <param name="IsSame">The answer.</param>
    /// <param name="Shown">What shows it, a clause.</param>
    private sealed record Comparison(bool? IsSame, string Shown)
    {
        public string? Claims { get; init; }
    }
}

/// <summary>What has happened to a tag.</summary>
/// <param name="Change">What is told; null where it is not known yet what it is.</param>
internal sealed record FoundChange(TagChange? Change)
{
    /// <summary>What is not known yet, a sentence; null where it is known.</summary>
    public string? NotKnownYet { get; init; }

    /// <summary>What the images say of themselves, a sentence: told last, so that where a message is cut, no publisher has cut what was found.</summary>
    public string? Claims { get; init; }

    /// <summary>True where no more is known than that a mirror has it.</summary>
    public bool IsOfMirrorAlone { get; init; }

    /// <summary>True where a floating tag names an image that was created before the one that runs.</summary>
    public bool IsOlder { get; init; }
}
