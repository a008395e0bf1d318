using System.Buffers;
using System.Text.Json;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Status;

namespace RegistryOperator.Host.Rounds;

/// <summary>
/// The one place that decides what is cut when a status would be too large for the API server (1.5 MiB for the whole resource): parts of images in the
/// order of <see cref="CutOrder"/>, then whole images, each from the oldest image on and only as far as needed. Counts and reasons stay as long
/// as their image. Sections beside the images are cut after the parts of images.
/// </summary>
internal sealed class StatusBudget(ScanKinds kinds, int maximumBytes = StatusBudget.DefaultMaximumBytes)
{
    /// <summary>Half of what etcd takes, since a resource is also sent and stored with its metadata.</summary>
    public const int DefaultMaximumBytes = 768 * 1024;

    /// <summary>Room for the note that says what was cut.</summary>
    private const int TruncationNoteBytes = 512;

    private static readonly StatusCut[] Own =
    [
        new(
            CutOrder.Labels, "labels",
            image => image.Config?.Labels.Count ?? 0,
            image => image with { Config = image.Config! with { Labels = new Dictionary<string, string>(StringComparer.Ordinal) } }),
        new(
            CutOrder.Commands, "commands",
            CountCommands,
            image => image with { Config = image.Config! with { Entrypoint = [], Cmd = [], EnvVars = [], ExposedPorts = [] } }),
        new(
            CutOrder.Configuration, "configs",
            image => image.Config is null && image.PlatformDigests.Count == 0 ? 0 : 1,
            image => image with { Config = null, PlatformDigests = [] }),
    ];

    private readonly StatusCut[] _cuts = [.. kinds.Cuts.Concat(Own).OrderBy(cut => cut.Order)];
    private readonly IReadOnlyList<RegistryCut> _registryCuts = kinds.RegistryCuts;

    /// <summary>The status, cut where it is too large, and without what the API server would refuse.</summary>
    /// <remarks>Cut first: parsed, a status takes ten times its size.</remarks>
    public RegistryStatus Fit(RegistryStatus status) => StatusSchema.Fit(Cut(status with { Truncated = null }));

    private RegistryStatus Cut(RegistryStatus status)
    {
        var excess = Size(status, RegistryJson.Status) - maximumBytes;
        if (excess <= 0) return status;

        excess += TruncationNoteBytes;
        var images = status.Images.ToArray();
        var oldestFirst = Enumerable.Range(0, images.Length).Reverse().OrderBy(index => images[index].Timestamps?.Created ?? DateTimeOffset.MinValue).ToArray();
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var cut in _cuts)
        {
            for (var i = 0; i < oldestFirst.Length && excess > 0; i++)
            {
                ref var image = ref images[oldestFirst[i]];
                var entries = cut.Count(image);
                if (entries == 0) continue;
                var before = Size(image, RegistryJson.Image);
                image = cut.Cut(image);
                excess -= before - Size(image, RegistryJson.Image);
                counts[cut.Name] = counts.GetValueOrDefault(cut.Name) + entries;
            }
        }

        status = CutBeside(status, _registryCuts.Where(cut => cut.Order < CutOrder.AfterImages), counts, ref excess);
        var dropped = new HashSet<int>();
        for (var i = 0; i < oldestFirst.Length && excess > 0; i++)
        {
            excess -= Size(images[oldestFirst[i]], RegistryJson.Image) + 1;
            dropped.Add(oldestFirst[i]);
        }

        if (dropped.Count > 0) counts["images"] = dropped.Count;
        status = CutBeside(status, _registryCuts.Where(cut => cut.Order == CutOrder.AfterImages), counts, ref excess);
        return status with
        {
            Images = [.. images.Where((_, index) => !dropped.Contains(index))],
            Truncated = new TruncationStatus
            {
                Counts = counts,
                Message = $"The status is limited to {maximumBytes / 1024} KiB; left out, oldest images first: " +
                    $"{string.Join(", ", counts.Select(entry => $"{entry.Value} {entry.Key}"))}. " +
                    "Full reports: registry-operator report IMAGE. Narrow spec.tagFilter to see all of the status.",
            },
        };
    }

    /// <summary>Cuts the sections beside the images, as far as needed.</summary>
    private static RegistryStatus CutBeside(RegistryStatus status, IEnumerable<RegistryCut> cuts, Dictionary<string, int> counts, ref int excess)
    {
        foreach (var cut in cuts)
        {
            var most = excess <= 0 ? 0 : cut.Count(status);
            if (most == 0) continue;
            var before = SizeBeside(status);
            var needed = FewestToSave(excess, most, count => before - SizeBeside(cut.Cut(status, count)));
            status = cut.Cut(status, needed);
            excess -= before - SizeBeside(status);
            counts[cut.Name] = counts.GetValueOrDefault(cut.Name) + needed;
        }

        return status;
    }

    /// <summary>The smallest number up to <paramref name="most"/> that saves enough; all of them where none does.</summary>
    private static int FewestToSave(int excess, int most, Func<int, int> saved)
    {
        var (low, high) = (1, most);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (saved(middle) >= excess) high = middle;
            else low = middle + 1;
        }

        return low;
    }

    private static int SizeBeside(RegistryStatus status) => Size(status with { Images = [] }, RegistryJson.Status);

    private static int CountCommands(ImageStatus image) =>
        image.Config is { } config ? config.Entrypoint.Count + config.Cmd.Count + config.EnvVars.Count + config.ExposedPorts.Count : 0;

    private static int Size<T>(T value, System.Text.Json.Serialization.Metadata.JsonTypeInfo<T> type)
    {
        using var counter = new CountingBufferWriter();
        using (var writer = new Utf8JsonWriter(counter)) JsonSerializer.Serialize(writer, value, type);
        return counter.Count;
    }

    /// <summary>Counts the bytes written and discards them.</summary>
    private sealed class CountingBufferWriter : IBufferWriter<byte>, IDisposable
    {
        private byte[] _buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);

        public int Count { get; private set; }

        public void Advance(int count) => Count += count;

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            if (sizeHint > _buffer.Length)
            {
                ArrayPool<byte>.Shared.Return(_buffer);
                _buffer = ArrayPool<byte>.Shared.Rent(sizeHint);
            }

            return _buffer;
        }

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

        public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);
    }
}
