using System.Text.RegularExpressions;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Testing.Conformance;

/// <summary>Whether scans give results or reasons, alone and concurrently, and stop when cancelled.</summary>
internal sealed partial class ScanCheck(
    ScanCalls calls, Func<IRegistryClient> createClient, ScanSample sample, ScannerConformanceOptions options, CallWatch watch, List<string> violations)
{
    // A scanner that makes no request to the registry (a tool may open its own connection) is cancelled after this time.
    private static readonly TimeSpan LongestWaitForRequest = TimeSpan.FromSeconds(1);

    public async Task ScanAsync(CancellationToken cancellationToken) =>
        Report(calls.What, await CallAsync(calls.What, number: 0, cancellationToken));

    public async Task ScanConcurrentlyAsync(CancellationToken cancellationToken)
    {
        var what = $"{calls.What}, with {sample.Images.Count} at the same time,";
        var outcomes = await Task.WhenAll(sample.Images.Select((_, number) => CallAsync(what, number, cancellationToken)));
        foreach (var outcome in outcomes) Report(what, outcome);
    }

    /// <summary>An image may be gone by the time of its scan.</summary>
    public async Task ScanMissingAsync(CancellationToken cancellationToken)
    {
        var what = $"{calls.What} of a missing image";
        var client = createClient();
        var outcome = await watch.CallAsync(
            what, options.ScanLimit, token => calls.ScanAsync(client, "missing", ScanSample.Missing, image: null, token), cancellationToken);
        Report(what, outcome);
    }

    public Task CancelBeforeAsync(CancellationToken cancellationToken) =>
        watch.CancelAsync(
            $"{calls.What}, cancelled before it started,",
            options.CancellationLimit,
            token => calls.ScanAsync(createClient(), ScanSample.Tag(0), sample.Images[0].Digest, sample.Images[0], token),
            cancelWhen: null,
            cancellationToken);

    /// <summary>Cancels while the registry leaves the scanner, or its tool, without an answer.</summary>
    public async Task CancelDuringAsync(InMemoryRegistry registry, CancellationToken cancellationToken)
    {
        var asked = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var notice = registry.Inject(_ =>
        {
            asked.TrySetResult();
            return Task.FromResult(false);
        });
        using var hang = registry.Inject(Faults.Hang());
        await watch.CancelAsync(
            $"{calls.What}, cancelled while the registry hangs,",
            options.CancellationLimit,
            token => calls.ScanAsync(createClient(), ScanSample.Tag(0), sample.Images[0].Digest, sample.Images[0], token),
            call => Task.WhenAny(call, asked.Task, Task.Delay(LongestWaitForRequest, options.Time, cancellationToken)),
            cancellationToken);
    }

    private Task<CallOutcome<IReadOnlyList<string>>> CallAsync(string what, int number, CancellationToken cancellationToken)
    {
        var image = sample.Images[number];
        var client = createClient();
        return watch.CallAsync(
            what, options.ScanLimit, token => calls.ScanAsync(client, ScanSample.Tag(number), image.Digest, image, token), cancellationToken);
    }

    private void Report(string what, CallOutcome<IReadOnlyList<string>> outcome)
    {
        switch (outcome)
        {
            case { End: CallEnd.Completed, Value: { } wrong }:
                violations.AddRange(wrong.Select(sentence => $"{what} has no proper result: {sentence}."));
                break;
            case { End: CallEnd.Cancelled }:
                violations.Add($"{what} was cancelled though nobody asked it to.");
                break;
            // What the registry's client throws may pass through: the host knows its reasons.
            case { End: CallEnd.Failed, Error: RegistryException }:
                break;
            case { End: CallEnd.Failed, Error: ScanException scan }:
                if (!ReasonPattern().IsMatch(scan.Reason ?? ""))
                    violations.Add($"{what} failed with the reason '{scan.Reason}': expected one word in upper camel case, e.g. {ScanReasons.NotAnImage}.");
                if (string.IsNullOrWhiteSpace(scan.Message)) violations.Add($"{what} failed without a message for the user.");
                break;
            case { End: CallEnd.Failed, Error: var error }:
                violations.Add($"{what} failed with {error!.GetType().Name} ({error.Message}): expected {nameof(ScanException)} with a reason.");
                break;
        }
    }

    [GeneratedRegex("^[A-Z][A-Za-z0-9]*$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ReasonPattern();
}
