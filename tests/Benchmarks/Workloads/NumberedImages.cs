using System.Globalization;
using System.Text;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Benchmarks.Workloads;

/// <summary>A repository in memory whose tags are given, each with an image of its own, the later one created later. It answers at once.</summary>
internal sealed class NumberedImages : IRegistryClient
{
    private static readonly DateTimeOffset First = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly Dictionary<string, int> _numbers;
    private readonly Dictionary<Digest, int> _images = [];
    private readonly Dictionary<Digest, int> _configurations = [];

    public NumberedImages(IReadOnlyList<string> tags)
    {
        Tags = tags;
        _numbers = tags.Select((tag, number) => (tag, number)).ToDictionary(pair => pair.tag, pair => pair.number, StringComparer.Ordinal);
        for (var number = 0; number < tags.Count; number++)
        {
            _images[DigestOf(number)] = number;
            _configurations[DigestOf(number, "configuration")] = number;
        }
    }

    public IReadOnlyList<string> Tags { get; }

    public RepositoryReference Repository { get; } = new(new Uri("https://registry.example.com"), "library/node");

    /// <summary>Requests so far.</summary>
    public int Requests { get; private set; }

    public static Digest DigestOf(int number, string what = "image") => Digest.Compute(Encoding.UTF8.GetBytes($"{what} {number}"));

    /// <summary>A tag as the host hands it on.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="before">What it named until <paramref name="changed"/>; null where it has always named the same.</param>
    /// <param name="changed">When it changed.</param>
    public TaggedImage Read(string tag, Digest? before = null, DateTimeOffset changed = default)
    {
        var number = _numbers[tag];
        var digest = DigestOf(number);
        return new TaggedImage(tag, digest, CreatedOf(number), 1)
        {
            Platforms = [new PlatformManifest(new Platform { Os = "linux", Architecture = "amd64" }, digest)],
            FirstSeen = CreatedOf(number),
            History = before is { } earlier
                ? [new TagHistoryEntry(digest, changed), new TagHistoryEntry(earlier, CreatedOf(number), changed)]
                : [new TagHistoryEntry(digest, CreatedOf(number))],
        };
    }

    public Task<Descriptor> ResolveAsync(string reference, CancellationToken cancellationToken)
    {
        Requests++;
        if (_numbers.TryGetValue(reference, out var number)) return Task.FromResult(new Descriptor { Digest = DigestOf(number) });
        return Digest.TryParse(reference, out var digest) && _images.ContainsKey(digest)
            ? Task.FromResult(new Descriptor { Digest = digest })
            : throw new RegistryException(RegistryErrorKind.NotFound, $"{reference} not found");
    }

    public Task<Manifest> GetManifestAsync(string reference, CancellationToken cancellationToken)
    {
        Requests++;
        if (!Digest.TryParse(reference, out var digest) || !_images.TryGetValue(digest, out var number))
            throw new RegistryException(RegistryErrorKind.NotFound, $"{reference} not found");
        var content = $$"""
            {"schemaVersion":2,"mediaType":"{{MediaTypes.OciManifest}}","layers":[],"config":
            {"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{{DigestOf(number, "configuration")}}","size":100} }
            """;
        return Task.FromResult(new Manifest { MediaType = MediaTypes.OciManifest, Digest = digest, Content = Encoding.UTF8.GetBytes(content) });
    }

    public Task<ReadOnlyMemory<byte>> ReadBlobAsync(Descriptor blob, long maximumSize, CancellationToken cancellationToken)
    {
        Requests++;
        var created = CreatedOf(_configurations[blob.Digest]).ToString("O", CultureInfo.InvariantCulture);
        return Task.FromResult<ReadOnlyMemory<byte>>(
            Encoding.UTF8.GetBytes($$"""{"created":"{{created}}","os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":[]} }"""));
    }

    public IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken) => Tags.ToAsyncEnumerable();

    public Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType, CancellationToken cancellationToken) =>
        AsyncEnumerable.Empty<Descriptor>();

    private static DateTimeOffset CreatedOf(int number) => First.AddMinutes(number);
}
