using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Plugins.Loading;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Plugins.Guards;

/// <summary>
/// Stands between the host and a plugin's scanner, so that whatever the scanner does, the host sees only what the contract allows: a
/// readiness in time, a result, a <see cref="ScanException"/> or a cancellation.
/// </summary>
internal abstract class GuardedScanner(IScanner scanner, TimeProvider time, PluginJournal? journal) : IScanner
{
    /// <summary>How long a scanner may take to say whether it can work.</summary>
    public static readonly TimeSpan ReadinessDeadline = TimeSpan.FromSeconds(5);

    private const int LongestReason = 400;

    private const int LongestVersion = 100;

    /// <summary>A check that was abandoned and has not ended: it may hold a thread, which another one would do as well.</summary>
    private Task? _late;

    /// <summary>A check that its callers have left, which is told to end.</summary>
    private Task? _left;

    /// <summary>The plugin's own type.</summary>
    public Type Implementation { get; } = scanner.GetType();

    // Read once: the contract says it is constant, and a getter may throw.
    /// <inheritdoc/>
    public ScannerDescriptor Descriptor { get; } = scanner.Descriptor;

    /// <inheritdoc/>
    public async ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _late) is { IsCompleted: false } || !await HasEndedAsync(Volatile.Read(ref _left), cancellationToken))
            return ScannerReadiness.Unavailable($"{Descriptor.Name} still has not answered an earlier readiness check, and is not asked again until it does.");
        using var deadline = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // On a thread pool thread and abandoned at the deadline, since a scanner may block or ignore its token.
        var check = Task.Run(async () => await scanner.CheckReadinessAsync(deadline.Token), CancellationToken.None);
        try
        {
            return await check.WaitAsync(ReadinessDeadline, time, cancellationToken) is { } answer
                ? Clean(answer)
                : ScannerReadiness.Unavailable($"{Descriptor.Name} gave no answer to the readiness check.");
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            Volatile.Write(ref _left, check);
            // The scanner may not have been told yet, and would not be once the link to the caller's token is disposed.
            await deadline.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw new OperationCanceledException(cancellationToken);
        }
        catch (Exception) when (!check.IsCompleted)
        {
            Volatile.Write(ref _late, check);
            await deadline.CancelAsync().ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return ScannerReadiness.Unavailable($"{Descriptor.Name} did not answer the readiness check within {ReadinessDeadline.TotalSeconds:0} seconds.");
        }
        catch (Exception exception)
        {
            return ScannerReadiness.Unavailable($"The readiness check of {Descriptor.Name} failed. {PluginFault.Describe(exception)}");
        }
    }

    /// <summary>True where a check that was left ends soon, in whatever way.</summary>
    private async ValueTask<bool> HasEndedAsync(Task? check, CancellationToken cancellationToken)
    {
        if (check is not { IsCompleted: false }) return true;
        await check.WaitAsync(ReadinessDeadline, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        cancellationToken.ThrowIfCancellationRequested();
        return check.IsCompleted;
    }

    /// <summary>Runs a scan; whatever else it throws becomes a <see cref="ScanException"/>, without the secrets that its message may quote.</summary>
    protected async Task<T> GuardAsync<T>(string subject, Func<Task<T>> scan, ScanSecrets secrets, CancellationToken cancellationToken)
        where T : class
    {
        using var entry = journal is null ? null : await journal.Journal.EnterAsync(journal.Plugin, subject, cancellationToken);
        try
        {
            return await scan() ?? throw new ScanException(ScanReasons.Failed, $"{Descriptor.Name} gave no result.");
        }
        // The token decides: a scanner may wrap a cancellation in any exception, or throw this one without having been cancelled.
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        catch (ScanException failure)
        {
            if (Concealed(failure, secrets) is { } concealed) throw concealed;
            throw;
        }
        // Thrown by the client that the host has given it: not the scanner's fault.
        catch (RegistryException failure)
        {
            var problem = ScanException.From(failure);
            throw Concealed(problem, secrets) ?? problem;
        }
        // Whichever work took the memory, it was not shown to be this scanner's.
        catch (OutOfMemoryException exception)
        {
            throw new ScanException(ScanReasons.OutOfMemory, $"The operator ran out of memory while {Descriptor.Name} was scanning.", exception);
        }
        catch (Exception exception)
        {
            throw PluginFault.Quotes(exception, secrets)
                ? new ScanException(ScanReasons.Failed, $"{Descriptor.Name} failed ({exception.GetType().Name}). {PluginFault.LeftOut}")
                : new ScanException(ScanReasons.Failed, $"{Descriptor.Name} failed. {PluginFault.Describe(exception)}", exception);
        }
    }

    /// <summary>The problem without the secrets that it quotes; null where it quotes none.</summary>
    private static ScanException? Concealed(ScanException problem, ScanSecrets secrets)
    {
        var (reason, message) = (secrets.Conceal(problem.Reason), secrets.Conceal(problem.Message));
        if (reason == problem.Reason && message == problem.Message) return null;
        return new ScanException(reason == problem.Reason ? reason : ScanReasons.Failed, message);
    }

    private static ScannerReadiness Clean(ScannerReadiness answer) => answer with
    {
        Reason = Clean(answer.Reason, LongestReason),
        ToolVersion = Clean(answer.ToolVersion, LongestVersion),
        DatabaseVersion = Clean(answer.DatabaseVersion, LongestVersion),
    };

    private static string? Clean(string? text, int longest) => text is null ? null : OutsideText.Of(text, longest);
}

/// <summary>The guard of an <see cref="IImageScanner"/>.</summary>
internal sealed class GuardedImageScanner(IImageScanner scanner, TimeProvider time, PluginJournal? journal = null)
    : GuardedScanner(scanner, time, journal), IImageScanner
{
    /// <inheritdoc/>
    public Task<ImageScanResult> ScanAsync(ImageScanRequest request, CancellationToken cancellationToken) =>
        GuardAsync($"{request.Repository}@{request.Digest}", () => scanner.ScanAsync(request, cancellationToken), request.Secrets, cancellationToken);
}

/// <summary>The guard of an <see cref="IRegistryScanner"/>.</summary>
internal sealed class GuardedRegistryScanner(IRegistryScanner scanner, TimeProvider time, PluginJournal? journal = null)
    : GuardedScanner(scanner, time, journal), IRegistryScanner
{
    /// <inheritdoc/>
    public Task<RegistryScanResult> ScanAsync(RegistryScanRequest request, CancellationToken cancellationToken) =>
        GuardAsync($"the images of {request.Repository}", () => scanner.ScanAsync(request, cancellationToken), request.Secrets, cancellationToken);
}
