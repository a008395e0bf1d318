using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Testing.Conformance;

/// <summary>Whether a scanner says in time that it can work, or why not.</summary>
internal static class ReadinessCheck
{
    private const string What = "The readiness check";

    public static async Task RunAsync(
        IScanner scanner, ScannerConformanceOptions options, CallWatch watch, List<string> violations, CancellationToken cancellationToken)
    {
        var outcome = await watch.CallAsync(What, options.ReadinessLimit, token => scanner.CheckReadinessAsync(token).AsTask(), cancellationToken);
        switch (outcome)
        {
            case { End: CallEnd.Completed, Value: null }:
                violations.Add($"{What} returned null.");
                break;
            case { End: CallEnd.Completed, Value: { IsReady: false } readiness } when string.IsNullOrWhiteSpace(readiness.Reason):
                violations.Add($"{What} says that the scanner can't work but not why: the reason is what a user reads.");
                break;
            case { End: CallEnd.Cancelled }:
                violations.Add($"{What} was cancelled though nobody asked it to.");
                break;
            case { End: CallEnd.Failed, Error: var error }:
                violations.Add($"{What} failed with {error!.GetType().Name}: {error.Message} " +
                    $"Expected {nameof(ScannerReadiness)}.{nameof(ScannerReadiness.Unavailable)} with the reason.");
                break;
        }

        await watch.CancelAsync(What, options.CancellationLimit, token => scanner.CheckReadinessAsync(token).AsTask(), cancelWhen: null, cancellationToken);
    }
}
