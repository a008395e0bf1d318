using System.Globalization;
using System.Text.Json;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.Drift.Images;

/// <summary>
/// Finds out what tags and digests are: from what the host has read, from what is remembered, and only then from the registry. A tag costs one HEAD, a digest
/// that is not known two or three more requests, once.
/// </summary>
internal sealed class ImageReader(RegistryScanRequest request, ImageMemory memory, RegistryTurns turns, DateTimeOffset now)
{
    /// <summary>The most tags whose clocks are kept while nobody asks for them.</summary>
    private const int MostKeptTags = 2000;

    /// <summary>So many HEADs of tags that an earlier check has looked at count nothing.</summary>
    private const int MostAskedAgain = 500;

    /// <summary>What a HEAD counts.</summary>
    public const int HeadCost = 1;

    /// <summary>What it counts to read an image that is not remembered: mostly more bytes than requests.</summary>
    public const int ReadCost = 8;

    private const int LargestConfiguration = 4 << 20;
    private const string Revision = "org.opencontainers.image.revision";
    private const string SourceRepository = "org.opencontainers.image.source";

    private readonly Dictionary<string, TaggedImage> _known = request.Images.ToDictionary(image => image.Tag, StringComparer.Ordinal);
    private readonly TagsByDigest _named = new(request.Images, memory);
    private readonly Dictionary<string, TagImage?> _tags = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Digest?> _resolved = new(StringComparer.Ordinal);

    /// <summary>What was asked of the registry in this check, in requests or nearly: a HEAD of a tag is one, to read an image is some more.</summary>
    public int Spent { get; private set; }

    /// <summary>False where this check has asked for so many tags that the rest is for those that run.</summary>
    public bool HasRoom => turns.HasRoom;

    /// <summary>What is to be remembered for the next check.</summary>
    public ImageMemory Next { get; } = new();

    /// <summary>Keeps the clocks of tags that nobody has asked for this time, or that a look did not find, as long as the registry lists them: an update that a
    /// newer one hides goes on waiting, and a failing registry makes none wait longer.</summary>
    public void KeepClocks()
    {
        var listed = request.IsTagListComplete ? request.Tags.ToHashSet(StringComparer.Ordinal) : null;
        var kept = memory.Tags.Where(pair => !Next.Tags.ContainsKey(pair.Key) && listed?.Contains(pair.Key) != false)
            .OrderByDescending(pair => pair.Value.Since).Take(MostKeptTags);
        foreach (var (tag, seen) in kept)
            Next.Tags.TryAdd(tag, _known.TryGetValue(tag, out var image) ? ClockOf(tag, image.Digest.ToString(), SinceOf(image)) : seen);
    }

    /// <summary>Keeps what is remembered of a running image that could not be looked at: a refusal confirms nothing, and takes nothing back.</summary>
    public void Keep(string? tag, IReadOnlyList<Digest> digests)
    {
        var seen = tag is null ? null : memory.Tags.GetValueOrDefault(tag);
        foreach (var reference in digests.Select(digest => digest.ToString()).Append(tag).Append(seen?.Digest).OfType<string>())
        {
            if (memory.Had.Contains(reference)) Next.Had.Add(reference);
            if (memory.Images.TryGetValue(reference, out var facts)) Next.Images.TryAdd(reference, facts);
            if (memory.NoImages.TryGetValue(reference, out var none) && !Next.Images.ContainsKey(reference)) Next.NoImages.TryAdd(reference, none);
            var isThere = _known.ContainsKey(reference) || (_resolved.TryGetValue(reference, out var found) && found is not null);
            if (isThere || !memory.Missing.TryGetValue(reference, out var since)) continue;
            Next.Missing.TryAdd(reference, since);
            if (memory.Gone.Contains(reference)) Next.Gone.Add(reference);
        }

        if (seen is not null) Next.Tags.TryAdd(tag!, seen);
    }

    /// <summary>True where a tag has named its image for that long, by what is known of it without asking the registry.</summary>
    public bool HasProbablyWaited(string tag, TimeSpan age)
    {
        if (_known.TryGetValue(tag, out var image)) return ClockOf(tag, image.Digest.ToString(), SinceOf(image)).Since + age <= now;
        return memory.Tags.TryGetValue(tag, out var before) && before.Since + age <= now;
    }

    /// <summary>What a tag names; null where the registry has no such tag, or it is no image.</summary>
    /// <exception cref="RegistryException">The registry can't be asked now.</exception>
    /// <exception cref="NotAskedException">Too many are asked for.</exception>
    public async Task<TagImage?> OfTagAsync(string tag, CancellationToken cancellationToken)
    {
        if (_tags.TryGetValue(tag, out var found)) return found;
        return _tags[tag] = await FindAsync(tag, cancellationToken);
    }

    /// <summary>The digest that a tag or a digest names, asked for once in a check; null where the registry does not have it.</summary>
    /// <exception cref="RegistryException">The registry can't be asked now.</exception>
    /// <exception cref="NotAskedException">Too many are asked for.</exception>
    public async Task<Digest?> ResolveAsync(string reference, CancellationToken cancellationToken)
    {
        if (_resolved.TryGetValue(reference, out var digest)) return digest;
        turns.Count(reference);
        // What was looked at before is looked at again to go on from there.
        if (!memory.Tags.ContainsKey(reference) || turns.Asked > MostAskedAgain) Spent += HeadCost;
        return _resolved[reference] = await turns.AskAsync(reference, FindAsync, cancellationToken);

        async Task<Digest?> FindAsync()
        {
            try
            {
                return (await request.Client.ResolveAsync(reference, cancellationToken)).Digest;
            }
            catch (RegistryException gone) when (gone.Kind == RegistryErrorKind.NotFound)
            {
                return null;
            }
        }
    }

    /// <summary>True where a tag names a digest now. Of one that the host has not read, a HEAD tells.</summary>
    public async Task<bool> NamesAsync(string tag, Digest digest, CancellationToken cancellationToken) =>
        _known.TryGetValue(tag, out var image) ? FactsOf(image).Is(digest) : await ResolveAsync(tag, cancellationToken) == digest;

    /// <summary>True where an image, or one of its platforms, has the digest. The host may know only some of the platforms.</summary>
    public async Task<bool> IsAsync(ImageFacts image, Digest digest, CancellationToken cancellationToken) =>
        image.Is(digest) || (Digest.TryParse(image.Digest, out var whole) && (await OfDigestAsync(whole, cancellationToken))?.Is(digest) == true);

    /// <summary>True where a tag is remembered to have named a digest.</summary>
    public bool HasNamed(string tag, Digest digest) =>
        (_known.TryGetValue(tag, out var image) && image.History.Any(entry => entry.Digest == digest))
        || (memory.Tags.TryGetValue(tag, out var seen) && seen.Digest == digest.ToString());

    /// <summary>The tags that name a digest, or are remembered to have named it, as far as that is known without asking the registry.</summary>
    public IEnumerable<string> KnownToName(Digest digest) => _named.Of(digest);

    /// <summary>What a digest is; null where the registry does not have it, or it is no image.</summary>
    /// <exception cref="RegistryException">The registry can't be asked now.</exception>
    public async Task<ImageFacts?> OfDigestAsync(Digest digest, CancellationToken cancellationToken)
    {
        var name = digest.ToString();
        if (Next.Images.TryGetValue(name, out var facts)) return Dated(facts);
        if (Next.NoImages.ContainsKey(name)) return null;
        if (memory.Images.TryGetValue(name, out facts)) return Dated(Next.Images[name] = facts);
        var before = memory.NoImages.GetValueOrDefault(name);
        if (before?.IsBelieved(now, request.Interval ?? TimeSpan.Zero) == true)
        {
            Next.NoImages[name] = before;
            return null;
        }

        var mayAppear = false;
        Spent += ReadCost;
        try
        {
            facts = await turns.AskAsync($"read {name}", () => ReadAsync(digest, cancellationToken), cancellationToken);
        }
        catch (RegistryException missing) when (missing.Kind is RegistryErrorKind.NotFound or RegistryErrorKind.InvalidResponse)
        {
            mayAppear = true;
        }

        if (facts is not null) return Dated(Next.Images[name] = facts);
        Next.NoImages[name] = new NoImage(mayAppear && before is { MayAppear: true } ? before.Since : now, now, mayAppear);
        return null;
    }

    private async Task<TagImage?> FindAsync(string tag, CancellationToken cancellationToken)
    {
        if (_known.TryGetValue(tag, out var image))
            return await CompletedAsync(image, cancellationToken) is { } known ? Seen(tag, known, SinceOf(image)) : null;
        // Between two lists, nothing is added to an absence.
        if (!request.IsTagListComplete && memory.Missing.ContainsKey(tag) && !request.Tags.Contains(tag)) return null;
        if (await ResolveAsync(tag, cancellationToken) is not { } digest) return null;
        if (await OfDigestAsync(digest, cancellationToken) is { } facts) return Seen(tag, facts, null);
        Next.Tags[tag] = ClockOf(tag, digest.ToString(), history: null);
        return null;
    }

    /// <summary>What is not dated can't be told to be older, and what has no platform may be no image: the image itself is asked once. Null where it is
    /// none, as a chart: the host hands on whatever a tag names.</summary>
    private async Task<ImageFacts?> CompletedAsync(TaggedImage image, CancellationToken cancellationToken)
    {
        var facts = FactsOf(image);
        if (facts.Created is not null && facts.Platforms.Count > 0) return facts;
        try
        {
            if (await OfDigestAsync(image.Digest, cancellationToken) is { } own) return facts with { Created = facts.Created ?? own.Created };
            return facts.Platforms.Count == 0 && Next.NoImages.GetValueOrDefault(facts.Digest) is { MayAppear: false } ? null : facts;
        }
        catch (RegistryException) when (!cancellationToken.IsCancellationRequested)
        {
            return facts;
        }
    }

    /// <summary>
    /// What is left of an image that can't be read: registries delete what no tag names any more. It is as old as it was seen to be at least; who signed it is
    /// stored. Null where the host has not seen it.
    /// </summary>
    public ImageFacts? RememberedOf(string tag, Digest digest) =>
        _known.TryGetValue(tag, out var image) && image.History.FirstOrDefault(entry => entry.Digest == digest) is { } seen
            ? new ImageFacts { Digest = digest.ToString(), Subject = digest.ToString(), Created = seen.From }
            : null;

    private TagImage Seen(string tag, ImageFacts facts, DateTimeOffset? since)
    {
        var seen = Next.Tags[tag] = ClockOf(tag, facts.Digest, since);
        return new TagImage(tag, facts, seen.Since);
    }

    /// <summary>Since when a tag names a digest. The history has each change; the memory does not have those between two looks, as of a tag that has moved
    /// and come back, so that it counts where there is no history.</summary>
    private SeenTag ClockOf(string tag, string digest, DateTimeOffset? history)
    {
        var before = memory.Tags.GetValueOrDefault(tag);
        var since = history ?? (before?.Digest == digest ? before.Since : null);
        return new SeenTag(digest, since is { } known && known <= now ? known : now)
        {
            IsFull = before?.IsFull,
            FullSince = before?.FullSince,
            // Also where nobody runs it in between.
            StaysFull = before is not null && (before.StaysFull || (before.IsFull == true && before.Digest != digest)),
        };
    }

    /// <summary>The operator's own history of the tag: what the image says of itself counts for nothing.</summary>
    private static DateTimeOffset? SinceOf(TaggedImage image) =>
        image.History is [{ To: null } newest, ..] && newest.Digest == image.Digest ? newest.From : null;

    /// <summary>The image as far as its time can be believed today: what is remembered may have been read under another clock.</summary>
    private ImageFacts Dated(ImageFacts facts) =>
        CreationTime.Credible(facts.Created, now) is var created && created == facts.Created ? facts : facts with { Created = created };

    private ImageFacts FactsOf(TaggedImage image) => new()
    {
        Digest = image.Digest.ToString(),
        Platforms = [.. image.Platforms.Concat(image.OtherPlatforms).Select(platform => platform.Digest.ToString())],
        RunsOn = RunsOn(image.Platforms.Concat(image.OtherPlatforms).Select(platform => platform.Platform)),
        Created = CreationTime.Credible(image.Created, now),
        Size = image.Size > 0 ? image.Size : null,
        Subject = image.Platforms is [var first, ..] ? first.Digest.ToString() : null,
    };

    /// <summary>What the registry has by a digest; null for what is no image.</summary>
    private async Task<ImageFacts?> ReadAsync(Digest digest, CancellationToken cancellationToken)
    {
        try
        {
            var manifest = await request.Client.GetManifestAsync(digest.ToString(), cancellationToken);
            if (!MediaTypes.IsIndex(manifest.MediaType)) return await ReadManifestAsync(manifest, cancellationToken);
            var index = manifest.ReadIndex();
            var platforms = (index.Manifests ?? []).Where(entry => entry.Platform is { IsUnknown: false }).ToArray();
            var shown = Array.Find(platforms, entry => entry.Platform is { Os: "linux", Architecture: "amd64" }) ?? platforms.FirstOrDefault();
            if (shown is null) return null;
            var own = await ReadManifestAsync(await request.Client.GetManifestAsync(shown.Digest.ToString(), cancellationToken), cancellationToken);
            return own is null ? null : own with
            {
                Digest = digest.ToString(),
                Platforms = [.. platforms.Select(entry => entry.Digest.ToString())],
                RunsOn = index.Manifests!.Any(entry => entry.Platform is null) ? [] : RunsOn(platforms.Select(entry => entry.Platform!)),
                Created = own.Created ?? CreatedOf(index.Annotations),
                Source = SourceOf(index.Annotations) ?? SourceOf(shown.Annotations) ?? own.Source,
            };
        }
        catch (RegistryException large) when (large.Kind == RegistryErrorKind.TooLarge)
        {
            return null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private async Task<ImageFacts?> ReadManifestAsync(Manifest manifest, CancellationToken cancellationToken)
    {
        if (!MediaTypes.IsManifest(manifest.MediaType)) return null;
        var document = manifest.ReadImageManifest();
        if (document.Config is not { } config || !MediaTypes.IsImageConfig(config.MediaType)) return null;
        var configuration = OciDocument.ReadImageConfiguration((await request.Client.ReadBlobAsync(config, LargestConfiguration, cancellationToken)).Span);
        return new ImageFacts
        {
            Digest = manifest.Digest.ToString(),
            Platforms = [manifest.Digest.ToString()],
            RunsOn = RunsOn([new Platform { Os = configuration.Os ?? "", Architecture = configuration.Architecture ?? "" }]),
            Created = CreationTime.Credible(configuration.Created) ?? CreatedOf(document.Annotations),
            Size = config.Size + (document.Layers ?? []).Sum(layer => layer.Size),
            Subject = manifest.Digest.ToString(),
            Source = SourceOf(document.Annotations) ?? SourceOf(configuration.Config?.Labels),
        };
    }

    /// <summary>Platforms' names; none where one of them has no name, since that may be any.</summary>
    private static IReadOnlyList<string> RunsOn(IEnumerable<Platform> platforms)
    {
        string[] names = [.. platforms.Select(platform => platform.IsUnknown ? "" : platform.ToString()).Distinct(StringComparer.Ordinal)];
        return names.Contains("", StringComparer.Ordinal) ? [] : names;
    }

    private static DateTimeOffset? CreatedOf(IReadOnlyDictionary<string, string>? annotations) =>
        annotations?.GetValueOrDefault(AnnotationKeys.Created) is { } text
        && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time)
            ? CreationTime.Credible(time)
            : null;

    private static string? SourceOf(IReadOnlyDictionary<string, string>? words) =>
        SourceCommit.Of(words?.GetValueOrDefault(SourceRepository), words?.GetValueOrDefault(Revision))?.ToText();
}
