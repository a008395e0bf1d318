using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Text;
using Spectre.Console;

namespace RegistryOperator.Host.Cli.Scan;

/// <summary>Runs rounds in parallel and shows the progress of each.</summary>
internal static class ScanProgress
{
    /// <returns>The scanned resources, in the order given.</returns>
    public static async Task<IReadOnlyList<RegistryResource>> RunAsync(
        Terminal terminal,
        IReadOnlyList<RegistryResource> resources,
        Func<RegistryResource, IRoundProgress?, CancellationToken, Task<RegistryResource>> scan,
        int atATime,
        CancellationToken cancellationToken)
    {
        var results = new RegistryResource[resources.Count];
        if (!terminal.ShowsProgress)
        {
            await RunAllAsync(_ => null);
            return results;
        }

        await terminal.CreateProgressConsole().Progress()
            .AutoClear(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new RemainingTimeColumn(), new SpinnerColumn())
            .StartAsync(async context =>
            {
                var tasks = resources.Select(resource => context.AddTask(Line($"{resource.FullName}: listing tags"), autoStart: false)).ToArray();
                await RunAllAsync(index => new TaskProgress(tasks[index], resources[index].FullName));
            });
        return results;

        Task RunAllAsync(Func<int, IRoundProgress?> progress) => Parallel.ForEachAsync(
            Enumerable.Range(0, resources.Count),
            new ParallelOptions { MaxDegreeOfParallelism = atATime, CancellationToken = cancellationToken },
            async (index, token) => results[index] = await scan(resources[index], progress(index), token));
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
