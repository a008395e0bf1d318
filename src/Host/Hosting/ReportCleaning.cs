using Microsoft.Extensions.Logging;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Hosting;

/// <summary>Deletes reports that nothing refers to any more, periodically while the operator runs.</summary>
internal sealed partial class ReportCleaning(IReportStore store, TimeProvider time, ILogger<ReportCleaning> logger)
{
    private static readonly TimeSpan Interval = TimeSpan.FromHours(1);

    /// <summary>Runs until cancelled.</summary>
    public async Task RunAsync(CancellationToken stopping)
    {
        using var timer = new PeriodicTimer(Interval, time);
        try
        {
            while (await timer.WaitForNextTickAsync(stopping))
            {
                try
                {
                    var deleted = await store.CollectGarbageAsync(stopping);
                    if (deleted > 0) LogDeleted(deleted);
                }
                catch (ReportStoreException failure)
                {
                    LogFailed(failure.Message);
                }
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            // The operator stops.
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Reports} reports of images that no resource has any more were deleted")]
    private partial void LogDeleted(int reports);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Old reports could not be deleted: {Failure}")]
    private partial void LogFailed(string failure);
}
