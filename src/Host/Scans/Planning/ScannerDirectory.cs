using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Plugins.Guards;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Reports;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Scans.Planning;

/// <summary>Finds the scanners that resources ask for, and knows which can work. Shared by all resources.</summary>
internal sealed partial class ScannerDirectory(
    ScanKinds kinds, IReadOnlyList<GuardedScanner> scanners, OptionSecrets optionSecrets, TimeProvider time, ILogger<ScannerDirectory> logger)
{
    /// <summary>Readiness starts a process in some scanners; all resources of this many seconds share one answer.</summary>
    private static readonly TimeSpan ReadinessLifetime = TimeSpan.FromSeconds(20);

    private readonly ConcurrentDictionary<GuardedScanner, Question> _last = new();
    private readonly SingleFlight<Question, ScannerReadiness> _asking = new();
    private readonly ConcurrentDictionary<GuardedScanner, string> _warnings = new();

    /// <summary>Finds a scanner, makes its options, reads the Secrets that these name, and asks whether it can work.</summary>
    /// <param name="use">What a resource asks for.</param>
    /// <param name="registry">The resource's registry.</param>
    /// <param name="secrets">The resource's.</param>
    /// <param name="notBefore">When a user asked for results: whoever has just replaced a database means the new one. Null for an answer that may be
    /// some seconds old.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<BoundScanner> BindAsync(
        ScannerUse use, OpenedRegistry registry, ResourceSecrets secrets, DateTimeOffset? notBefore, CancellationToken cancellationToken)
    {
        var unbound = new BoundScanner(use, registry) { Namespace = secrets.Namespace, IsOverAll = IsOverAll(kinds.Of(use.Kind)) };
        if (Find(use) is not { } scanner) return unbound with { Problem = new ScanProblem(ScanReasons.ScannerUnavailable, NotFound(use)) };
        unbound = unbound with { IsOverAll = scanner is GuardedRegistryScanner };
        object? options;
        ReadSecrets read;
        try
        {
            options = ScannerOptions.Bind(use.OptionsField, scanner.Descriptor.OptionsType, use.Options);
            read = await optionSecrets.ReadAsync(use, options, secrets, cancellationToken);
        }
        catch (FormatException invalid)
        {
            return unbound with { Problem = new ScanProblem("InvalidOptions", invalid.Message), ProblemAt = BindingStep.Options };
        }
        catch (RoundFailedException unread)
        {
            return unbound with
            {
                Problem = new ScanProblem(unread.Failure.Reason, unread.Failure.Message),
                Cause = unread.Failure.Cause,
                ProblemAt = BindingStep.Secrets,
            };
        }

        // What scans a platform by itself is not told of the others.
        var told = scanner.Descriptor.Subject is ScanSubject.Image ? use : use with { Platforms = [] };
        var hash = ScannerOptions.Hash(options, told, read.Identity);
        var bound = unbound with { Scanner = scanner, Options = options, Secrets = read.Values, OptionsHash = hash };
        var readiness = await ReadinessOfAsync(scanner, notBefore, cancellationToken);
        WarnOnce(scanner, readiness);
        return readiness.IsReady ? bound with { Versions = VersionsOf(scanner, readiness) } : Unready(bound, readiness);
    }

    /// <summary>The versions that a result was made with, after the scan; queried again where there was no database before.</summary>
    public async Task<ReportVersions> VersionsOfResultAsync(BoundScanner scanner, CancellationToken cancellationToken)
    {
        var before = scanner.Versions!;
        if (before.Database is not null) return before;
        var after = await RefreshAsync(scanner.Scanner!, cancellationToken);
        // A tool that was replaced during the scan did not make this result, which is due again with the new one.
        return after.Tool == before.Tool ? after : before;
    }

    /// <summary>The versions that a result was made with, queried again: a tool may update its database during a scan.</summary>
    public async Task<ReportVersions> RefreshAsync(GuardedScanner scanner, CancellationToken cancellationToken)
    {
        _last.TryRemove(scanner, out _);
        return VersionsOf(scanner, await ReadinessOfAsync(scanner, notBefore: null, cancellationToken));
    }

    /// <summary>
    /// The scanner as it is after scans that found it unable to work, asked again: what it said before them, such as that a first download is still to come,
    /// is not what a condition should say after them.
    /// </summary>
    public async Task<BoundScanner> AfterFailureAsync(BoundScanner scanner, CancellationToken cancellationToken)
    {
        if (scanner is not { Problem: null, Scanner: { } asked }) return scanner;
        _last.TryRemove(asked, out _);
        var readiness = await ReadinessOfAsync(asked, notBefore: null, cancellationToken);
        WarnOnce(asked, readiness);
        return readiness.IsReady ? scanner : Unready(scanner, readiness);
    }

    private static BoundScanner Unready(BoundScanner scanner, ScannerReadiness readiness) => scanner with
    {
        Problem = new ScanProblem(ScanReasons.ScannerUnavailable, readiness.Reason ?? $"{scanner.Use.Scanner} can't work and gives no reason."),
        ProblemAt = BindingStep.Readiness,
    };

    private async Task<ScannerReadiness> ReadinessOfAsync(GuardedScanner scanner, DateTimeOffset? notBefore, CancellationToken cancellationToken)
    {
        var now = time.GetTimestamp();
        // Both as durations: the age of an answer is monotonic, and does not follow an adjusted wall clock.
        var sinceAsked = time.GetUtcNow() - notBefore;
        var question = _last.AddOrUpdate(scanner, _ => new Question(now), (_, last) => IsFresh(time.GetElapsedTime(last.At, now)) ? last : new Question(now));
        return question.Answer ?? await _asking.RunAsync(
            question, async ends => question.Answer ??= await scanner.CheckReadinessAsync(ends), cancellationToken);

        bool IsFresh(TimeSpan age) => age < ReadinessLifetime && !(age > sinceAsked);
    }

    /// <summary>Warns when a scanner can't work any more, or for another reason; not for each image and each round.</summary>
    private void WarnOnce(GuardedScanner scanner, ScannerReadiness readiness)
    {
        var reason = readiness.IsReady ? "" : readiness.Reason ?? "";
        var before = _warnings.GetOrAdd(scanner, "");
        if (before == reason || !_warnings.TryUpdate(scanner, reason, before)) return;
        if (readiness.IsReady) LogReadyAgain(scanner.Descriptor.Kind, scanner.Descriptor.Name);
        else LogUnavailable(scanner.Descriptor.Kind, scanner.Descriptor.Name, reason);
    }

    private static bool? IsOverAll(IScanKind kind) => kind.TakesImageScanners && kind.TakesRegistryScanners ? null : kind.TakesRegistryScanners;

    private GuardedScanner? Find(ScannerUse use) => OfKind(use.Kind).FirstOrDefault(scanner => scanner.Descriptor.Name == use.Scanner);

    private IEnumerable<GuardedScanner> OfKind(ScannerKind kind)
    {
        var known = kinds.Of(kind);
        return scanners.Where(scanner => kinds.Of(scanner.Descriptor.Kind) == known
            && (scanner is GuardedRegistryScanner ? known.TakesRegistryScanners : known.TakesImageScanners));
    }

    private string NotFound(ScannerUse use)
    {
        var names = OfKind(use.Kind).Select(scanner => scanner.Descriptor.Name).ToArray();
        var installed = names.Length == 0 ? "none" : string.Join(", ", names);
        return $"{use.Field}: no scanner '{use.Scanner}' of kind {use.Kind} is installed (installed: {installed}). " +
            "Install its plugin or correct the name; 'registry-operator plugins list' tells of plugins that do not run.";
    }

    private static ReportVersions VersionsOf(GuardedScanner scanner, ScannerReadiness readiness) =>
        new(scanner.Descriptor.Version, readiness.ToolVersion, readiness.DatabaseVersion);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The {Kind} scanner '{Scanner}' can't work, and is skipped: {Reason}")]
    private partial void LogUnavailable(ScannerKind kind, string scanner, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The {Kind} scanner '{Scanner}' can work again")]
    private partial void LogReadyAgain(ScannerKind kind, string scanner);

    /// <summary>A readiness check, under way or answered. Its age is that of the question: what was asked before a change may not know of it.</summary>
    private sealed class Question(long at)
    {
        private volatile ScannerReadiness? _answer;

        public long At => at;

        public ScannerReadiness? Answer
        {
            get => _answer;
            set => _answer = value;
        }
    }
}
