using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Text;
using Spectre.Console;

namespace RegistryOperator.Host.Cli.Output;

/// <summary>Runs rounds in parallel and shows the progress of each.</summary>
internal static class RoundProgress
{
    /// <summary>Runs a round for each item.</summary>
    /// <param name="terminal">Where progress is shown.</param>
    /// <param name="items">What is scanned.</param>
    /// <param name="nameOf">How an item is called.</param>
    /// <param name="first">What is done with it first.</param>
    /// <param name="scan">The round.</param>
    /// <param name="atATime">Rounds at the same time.</param>
    /// <param name="cancellationToken">Ends them.</param>
    /// <param name="retries">Shown above the progress; null for none.</param>
    /// <returns>The results, in the order of the items.</returns>
    public static async Task<IReadOnlyList<TResult>> RunAsync<TItem, TResult>(
        Terminal terminal,
        IReadOnlyList<TItem> items,
        Func<TItem, string> nameOf,
        string first,
        Func<TItem, IRoundProgress?, CancellationToken, Task<TResult>> scan,
        int atATime,
        CancellationToken cancellationToken,
        RetryNotices? retries = null)
    {
        var results = new TResult[items.Count];
        if (!terminal.ShowsProgress)
        {
            await RunAllAsync(_ => null);
            return results;
        }

        var console = terminal.CreateProgressConsole();
        retries?.ShowBy(line => console.WriteLine(line.Text));
        try
        {
            await console.Progress()
                .AutoClear(true)
                .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new RemainingTimeColumn(), new SpinnerColumn())
                .StartAsync(async context =>
                {
                    var tasks = items.Select(item => context.AddTask(Line($"{nameOf(item)}: {first}"), autoStart: false)).ToArray();
                    await RunAllAsync(index => new TaskProgress(tasks[index], nameOf(items[index])));
                });
        }
        finally
        {
            retries?.ShowBy(null);
        }

        return results;

        Task RunAllAsync(Func<int, IRoundProgress?> progress) => Parallel.ForEachAsync(
            Enumerable.Range(0, items.Count),
            new ParallelOptions { MaxDegreeOfParallelism = atATime, CancellationToken = cancellationToken },
            async (index, token) => results[index] = await scan(items[index], progress(index), token));
    }

    private static string Line(TerminalText text) => Markup.Escape(text.Text);

    private sealed class TaskProgress : IRoundProgress
    {
        private readonly ProgressTask _task;
        private readonly string _name;

        public TaskProgress(ProgressTask task, string name)
        {
            _task = task;
            _name = name;
            _task.IsIndeterminate = true;
            _task.StartTask();
        }

        public void TagsListed(int candidates)
        {
            _task.IsIndeterminate = false;
            _task.MaxValue = Math.Max(1, candidates);
            _task.Description = Line($"{_name}: reading {Counted.Of(candidates, "image")}");
        }

        public void ImageRead() => _task.Increment(1);

        public void ScansPlanned(int scans)
        {
            // A bar of its own: scans take a thousand times as long as reading.
            _task.Value = 0;
            _task.MaxValue = scans;
            _task.Description = Line($"{_name}: {Counted.Of(scans, "scan")}");
        }

        public void ScanEnded() => _task.Increment(1);
    }
}
