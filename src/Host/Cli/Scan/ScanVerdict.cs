using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Kinds.Vulnerabilities;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Settings;
using RegistryOperator.Host.Text;

namespace RegistryOperator.Host.Cli.Scan;

/// <summary>What fails a scan, beside a registry that could not be read: for who has a pipeline go by its exit code.</summary>
internal sealed class ScanVerdict
{
    /// <summary>Images that a sentence names.</summary>
    private const int MostNamed = 5;

    /// <summary>Why a tag names nothing that could be scanned, which fails nothing.</summary>
    private static readonly string[] NoImage = [ScanReasons.NotAnImage, ScanReasons.NotFound];

    private readonly string _failOn;
    private readonly Severity? _severity;
    private readonly string? _strict;

    /// <param name="failOn">What the option of the severity is called.</param>
    /// <param name="severity">The severity from which on a vulnerability fails the scan; null for none.</param>
    /// <param name="strict">What the option is called that has an image without a result fail it; null where it is not given.</param>
    /// <exception cref="InputException">There is no such severity.</exception>
    public ScanVerdict(string failOn, string? severity, string? strict)
    {
        (_failOn, _strict) = (failOn, strict);
        if (severity is null) return;
        var name = severity.ToUpperInvariant();
        if (!Severities.All.Contains(name, StringComparer.Ordinal)) throw new InputException($"{failOn} {severity}: expected {Listed.Or(Severities.All)}.");
        _severity = SeverityNames.Parse(name);
    }

    /// <summary>Refuses resources that could not tell of such vulnerabilities: they would always pass.</summary>
    /// <exception cref="InputException">None looks for vulnerabilities, or one does not count them.</exception>
    public void Check(IReadOnlyList<RegistryResource> resources)
    {
        if (_severity is not { } severity) return;
        RegistryResource[] looking = [.. resources.Where(resource => resource.Spec.VulnerabilityScanning is { IsEnabled: true })];
        if (looking.Length == 0)
            throw new InputException($"{_failOn}: no Registry given looks for vulnerabilities; set spec.vulnerabilityScanning.enabled: true.");
        foreach (var resource in looking)
        {
            var threshold = resource.Spec.VulnerabilityScanning!.EffectiveSeverityThreshold;
            if (SeverityNames.Parse(threshold) <= severity) continue;
            var name = SeverityNames.Of(severity);
            throw new InputException(
                $"{_failOn} {name}: {resource.FullName} counts nothing below {threshold}; set spec.vulnerabilityScanning.severityThreshold: {name}.");
        }
    }

    /// <summary>Says what fails the scan.</summary>
    /// <returns>False where something does.</returns>
    public bool Passes(IReadOnlyList<RegistryResource> outcomes, ScanKinds kinds, Terminal terminal)
    {
        var sentences = outcomes.SelectMany(outcome => Sentences(outcome, kinds)).ToArray();
        foreach (var sentence in sentences) terminal.WriteError($"error: {sentence}");
        return sentences.Length == 0;
    }

    private IEnumerable<string> Sentences(RegistryResource outcome, ScanKinds kinds)
    {
        if (outcome.Status is not { } status) yield break;
        var isJudged = _severity is not null && outcome.Spec.VulnerabilityScanning is { IsEnabled: true };
        var judging = isJudged ? $"{_failOn} {SeverityNames.Of(_severity!.Value)}" : _strict;
        if (isJudged)
        {
            var found = status.Images.Select(image => (image.Tag, CountOf(image.Vulnerabilities))).Where(image => image.Item2 > 0);
            if (Named(found.Select(image => $"{image.Tag} ({image.Item2})")) is { } worst)
                yield return $"{judging}: {outcome.FullName}: vulnerabilities of this severity or a higher one are in {worst}.";
            // What was not looked at passes for nothing.
            if (Named(With(status, Unjudged)) is { } unjudged) yield return $"{judging}: {outcome.FullName}: there is no result of this scan of {unjudged}.";
        }

        if (judging is not null && status.Truncated?.Counts.GetValueOrDefault("images") is { } cut and > 0)
            yield return $"{judging}: {outcome.FullName}: {Counted.Of(cut, "image")} did not fit in the status, and can't be judged here.";
        if (_strict is null) yield break;
        if (Named(With(status, image => Lacking(image, kinds))) is { } lacking)
            yield return $"{_strict}: {outcome.FullName}: results of this scan are missing of {lacking}.";
        foreach (var problem in kinds.All.SelectMany(kind => kind.ProblemsOf(status)).Distinct())
            yield return $"{_strict}: {outcome.FullName}: {problem.Reason}: {problem.Message}";
    }

    private static IEnumerable<string> With(RegistryStatus status, Func<ImageStatus, string?> reasonOf) => status.Images
        .Select(image => (image.Tag, Reason: reasonOf(image))).Where(image => image.Reason is not null).Select(image => $"{image.Tag} ({image.Reason})");

    private int CountOf(VulnerabilitiesStatus? found) => found is null
        ? 0
        : (found.Critical ?? 0) + From(Severity.High, found.High) + From(Severity.Medium, found.Medium) + From(Severity.Low, found.Low)
            + From(Severity.Unknown, found.Unknown);

    private int From(Severity severity, int? count) => severity >= _severity ? count ?? 0 : 0;

    private static string? Unjudged(ImageStatus image) => image.Vulnerabilities switch
    {
        null => OfImage(image),
        { Reason: { } reason } => OfSection(reason),
        { Missing: [{ Reason: var reason }, ..] } => reason ?? ScanReasons.Failed,
        { Total: null } => ScanReasons.Failed,
        _ => null,
    };

    private static string? Lacking(ImageStatus image, ScanKinds kinds) =>
        OfImage(image) ?? kinds.ProblemsOf(image).Select(problem => OfSection(problem.Reason)).FirstOrDefault(reason => reason is not null);

    private static string? OfImage(ImageStatus image) => NoImage.Contains(image.Reason) ? null : image.Reason;

    // The resource itself leaves the tag out.
    private static string? OfSection(string reason) => reason is ScanReasons.Filtered ? null : reason;

    /// <summary>E.g. <c>2 images: 1.0 (3), 1.1 (1)</c>; null for none.</summary>
    private static string? Named(IEnumerable<string> images)
    {
        var all = images.ToArray();
        if (all.Length == 0) return null;
        var others = all.Length > MostNamed ? $" and {all.Length - MostNamed} more" : "";
        return $"{Counted.Of(all.Length, "image")}: {string.Join(", ", all.Take(MostNamed))}{others}";
    }
}
