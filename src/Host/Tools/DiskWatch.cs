using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Host.Tools;

/// <summary>Watches what a tool writes into its folder, and ends the run where that is too much.</summary>
/// <param name="tool">The tool's name.</param>
/// <param name="folder">The run's folder; null for none, of which nothing is watched.</param>
/// <param name="maximum">In bytes.</param>
/// <param name="time">The clock.</param>
internal sealed class DiskWatch(string tool, string? folder, long maximum, TimeProvider time)
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(200);

    /// <summary>A folder of many files is looked at less often: this many times as long as the last look took, up to <see cref="LongestRest"/>.</summary>
    private const int Rest = 20;

    /// <summary>A look may take long for want of a processor, too; this bounds what a tool writes unseen.</summary>
    private static readonly TimeSpan LongestRest = TimeSpan.FromSeconds(2);

    private static readonly EnumerationOptions All = new()
    {
        RecurseSubdirectories = true,
        IgnoreInaccessible = true,
        AttributesToSkip = FileAttributes.ReparsePoint,
    };

    /// <summary>Watches until cancelled.</summary>
    /// <exception cref="ScanException">The folder is too large.</exception>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        if (folder is null)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, time, cancellationToken);
            return;
        }

        while (true)
        {
            var begin = time.GetTimestamp();
            if (Size() > maximum) throw TooLarge();
            var rest = time.GetElapsedTime(begin) * Rest;
            await Task.Delay(rest < Interval ? Interval : rest > LongestRest ? LongestRest : rest, time, cancellationToken);
        }
    }

    /// <summary>Throws where the tool ended because a file had its largest size, which the kernel enforces.</summary>
    /// <exception cref="ScanException">That is so.</exception>
    public void ThrowIfFull()
    {
        if (folder is not null && Files().Any(file => file.Length >= maximum)) throw TooLarge();
    }

    private long Size() => Files().Sum(file => file.Length);

    private IEnumerable<(string Path, long Length)> Files()
    {
        if (!Directory.Exists(folder)) return [];
        return new System.IO.Enumeration.FileSystemEnumerable<(string Path, long Length)>(
            folder,
            (ref entry) => (entry.ToSpecifiedFullPath(), entry.Length),
            All)
        {
            ShouldIncludePredicate = (ref entry) => !entry.IsDirectory,
        };
    }

    private ScanException TooLarge() => new(
        ScanReasons.TooLarge,
        $"{tool} wrote more than the {maximum >> 20} MiB to its folder that it may, and was ended: the image unpacks to more than that. " +
        $"Raise {ToolLimits.Section}:MaximumDiskMiB, and enlarge the temporary directory, if the image is trusted.");
}
