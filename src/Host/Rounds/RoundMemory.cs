using System.Collections.Concurrent;
using RegistryOperator.Host.Budgets;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Kubernetes;
using RegistryOperator.Oci;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Rounds;

/// <summary>
/// What the operator remembers of each resource beside its status: how often it failed in a row and, where the status had to be cut, all
/// images. After a restart the images come from the report store, and their details are read once more.
/// </summary>
/// <param name="maximumTagBytes">What the remembered tags of all resources may take; those used longest ago are forgotten.</param>
internal sealed class RoundMemory(long maximumTagBytes = ReadingBudget.DefaultBytes / ReadingBudget.RememberedPart)
{
    private readonly ConcurrentDictionary<ResourceKey, (string? Uid, Entry Entry)> _entries = new();
    private readonly BoundedCache<Entry, IReadOnlyList<string>> _tags = new(maximumTagBytes, tags => 1 + tags.Sum(OciClientOptions.SizeOf));

    /// <summary>The memory of a resource; empty for a new one of the same name, since the deletion of the old one may have been missed.</summary>
    public Entry For(RegistryResource resource)
    {
        var uid = resource.Metadata.Uid;
        return _entries.AddOrUpdate(
            resource.Metadata.Key, _ => (uid, new Entry(_tags)), (_, known) => known.Uid == uid ? known : (uid, new Entry(_tags))).Entry;
    }

    /// <summary>Notes that the workloads of a resource have changed: its scanners are due.</summary>
    public void WorkloadsChanged(ResourceKey key)
    {
        if (_entries.TryGetValue(key, out var known)) known.Entry.AreWorkloadsChanged = true;
    }

    public void Forget(ResourceKey key)
    {
        if (_entries.TryRemove(key, out var known)) known.Entry.Tags = [];
    }

    /// <summary>One resource's memory. Used by one reconcile at a time.</summary>
    /// <param name="tags">Where the tags of all resources are kept; null for a place of its own.</param>
    internal sealed class Entry(BoundedCache<Entry, IReadOnlyList<string>>? tags = null)
    {
        private readonly BoundedCache<Entry, IReadOnlyList<string>> _tags = tags ?? new(long.MaxValue);

        private Dictionary<string, KnownImage>? _cut;
        private volatile bool _areWorkloadsChanged;

        public int FailuresInARow { get; set; }

        /// <summary>When a user asked for new results that no round has produced yet: a failed round acknowledges the request without producing them.</summary>
        public DateTimeOffset? Asked { get; set; }

        /// <summary>When scanners last finished.</summary>
        public DateTimeOffset? ScannersRun { get; set; }

        /// <summary>True where workloads have changed since scanners last read them. Set by another thread.</summary>
        public bool AreWorkloadsChanged { get => _areWorkloadsChanged; set => _areWorkloadsChanged = value; }

        /// <summary>True where scanners that were due need the tags, which are not at hand: a round lists them.</summary>
        public bool NeedsTags { get; set; }

        /// <summary>When scanners last finished; null where they are due in any case.</summary>
        public DateTimeOffset? ScannersDone => AreWorkloadsChanged ? null : ScannersRun;

        /// <summary>The tags as last listed, for registry scanners that run between two rounds; empty where there are none, or no room for them.</summary>
        public IReadOnlyList<string> Tags
        {
            get => _tags.Find(this) ?? [];
            set
            {
                if (value.Count > 0) _tags.Set(this, value);
                else _tags.Remove(this);
            }
        }

        /// <summary>What was looked at to choose images, by tag: of what was not chosen, too, so that it need not be read again.</summary>
        private Dictionary<string, KnownImage>? _looked;

        /// <summary>True once this process has looked, or knows what an earlier one has seen.</summary>
        public bool HasLooked => _looked is not null;

        /// <summary>Restores the images of an earlier process that did not fit in the status, if any.</summary>
        public void Restore(IReadOnlyDictionary<string, KnownImage> recorded)
        {
            if (recorded.Count > 0) _cut = new Dictionary<string, KnownImage>(recorded, StringComparer.Ordinal);
        }

        /// <summary>Restores what an earlier process has looked at.</summary>
        public void RestoreLooked(IReadOnlyDictionary<string, KnownImage> recorded) =>
            _looked = new Dictionary<string, KnownImage>(recorded, StringComparer.Ordinal);

        /// <summary>Remembers what was looked at, and forgets tags that are gone.</summary>
        public void Look(IEnumerable<InspectedImage> images, IReadOnlyCollection<string> tags, DateTimeOffset now)
        {
            var there = tags.ToHashSet(StringComparer.Ordinal);
            _looked = (_looked ?? []).Where(image => there.Contains(image.Key)).ToDictionary(StringComparer.Ordinal);
            foreach (var image in images)
            {
                if (image.Digest is not { } digest || image.Reason is not null) continue;
                var seen = _looked.GetValueOrDefault(image.Tag.Tag)?.FirstSeen ?? now;
                _looked[image.Tag.Tag] = new KnownImage(digest, seen, null)
                {
                    Created = image.Created,
                    IsImage = image.IsImage,
                    IsUndated = image.Created is null && (image.IsRead || image.LastKnown is { IsUndated: true }),
                };
            }
        }

        /// <summary>True where all images are remembered, also those that did not fit in the status.</summary>
        public bool HasAllImages => _cut is not null;

        /// <summary>All images known by tag, from the status and from what did not fit in it.</summary>
        public IReadOnlyDictionary<string, KnownImage> KnownImages(RegistryStatus? status)
        {
            var known = new Dictionary<string, KnownImage>(_looked ?? [], StringComparer.Ordinal);
            foreach (var (tag, image) in _cut ?? []) known[tag] = image;
            foreach (var image in status?.Images ?? [])
            {
                if (KnownImage.FromStatus(image, isCut: status!.Truncated is not null) is not { } shown) continue;
                if (_cut is null) known[image.Tag] = shown;
                // Images recorded by an earlier process lack the creation times that the status still has.
                else if (_cut.TryGetValue(image.Tag, out var cut) && cut.Digest == shown.Digest && cut.Created is null)
                    known[image.Tag] = cut with { Created = shown.Created, IsImage = shown.IsImage };
            }

            return known;
        }

        /// <summary>Remembers the images of a status that is about to be cut; forgets them where nothing is cut.</summary>
        public void Remember(IReadOnlyList<ImageStatus> images, bool cut) =>
            _cut = !cut ? null : images.Select(image => (image.Tag, Known: KnownImage.FromStatus(image, isCut: false))).Where(image => image.Known is not null)
                .ToDictionary(image => image.Tag, image => image.Known! with { Details = null }, StringComparer.Ordinal);
    }
}
