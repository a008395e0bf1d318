using System.Collections.Concurrent;
using System.Text;

namespace RegistryOperator.Integration.Tests.Secrets;

/// <summary>Looks again and again at the arguments of a process and of all others, which any user of the machine can read.</summary>
internal sealed class ArgumentWatch : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(20);

    private readonly ConcurrentDictionary<string, bool> _found = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _ends = new();
    private readonly Task _watch;

    public ArgumentWatch(int processId, IReadOnlyList<string> needles) => _watch = Task.Run(async () =>
    {
        using var timer = new PeriodicTimer(Interval, TimeProvider.System);
        do
        {
            foreach (var folder in Directory.EnumerateDirectories("/proc")) Look(folder, needles);
        }
        while (await timer.WaitForNextTickAsync(_ends.Token) && Directory.Exists($"/proc/{processId}"));
    });

    /// <summary>Command lines with a needle in them.</summary>
    public IReadOnlyCollection<string> Found => [.. _found.Keys];

    public async ValueTask DisposeAsync()
    {
        await _ends.CancelAsync();
        await _watch.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ends.Dispose();
    }

    private void Look(string folder, IReadOnlyList<string> needles)
    {
        try
        {
            var line = Encoding.UTF8.GetString(File.ReadAllBytes(Path.Combine(folder, "cmdline")));
            if (needles.Any(needle => line.Contains(needle, StringComparison.Ordinal))) _found[line] = true;
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            // Ended meanwhile, or no process.
        }
    }
}
