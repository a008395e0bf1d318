using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Settings;
using RegistryOperator.Host.Text;

namespace RegistryOperator.Host.Cli.Scan;

/// <summary>What fails a scan, beside a registry that could not be read: for who has a pipeline go by its exit code.</summary>
internal sealed class ScanGate
{
    /// <summary>Images that a sentence names.</summary>
    private const int MostNamed = 5;

    private readonly string _failOn;
    private readonly string? _severity;
    private readonly string? _strict;
    private readonly IRatingKind _rating;
    private readonly ScanKinds _kinds;

    /// <param name="kinds">The kinds of scanner.</param>
    /// <param name="failOn">What the option of the severity is called.</param>
    /// <param name="severity">The severity from which on a finding fails the scan; null for none.</param>
    /// <param name="strict">What the option is called that has an image without a result fail it; null where it is not given.</param>
    /// <exception cref="InputException">There is no such severity.</exception>
    public ScanGate(ScanKinds kinds, string failOn, string? severity, string? strict)
    {
        (_kinds, _rating, _failOn, _strict, _severity) = (kinds, kinds.Rating, failOn, strict, severity?.ToUpperInvariant());
        if (_severity is null || Severities.All.Contains(_severity, StringComparer.Ordinal)) return;
        throw new InputException($"{failOn} {severity}: expected {Listed.Or(Severities.All)}.");
    }

    /// <summary>Refuses resources that could not tell of such findings: they would always pass.</summary>
    /// <exception cref="InputException">None looks for any, or one does not count them.</exception>
    public void Check(IReadOnlyList<RegistryResource> resources)
    {
        if (_severity is null) return;
        if (!resources.Any(resource => _rating.UsesOf(resource.Spec).Any()))
            throw new InputException($"{_failOn}: no Registry given looks for vulnerabilities; set {_rating.EnabledField}: true.");
        foreach (var resource in resources)
        {
            if (_rating.UncountedIn(resource.Spec, _severity) is { } why)
                throw new InputException($"{_failOn} {_severity}: {resource.FullName} {why}");
        }
    }

    /// <summary>Says of which resources nothing is judged, since they do not ask for it.</summary>
    public void Warn(IReadOnlyList<RegistryResource> resources, Terminal terminal)
    {
        if (_severity is null) return;
        foreach (var resource in resources.Where(resource => !_rating.UsesOf(resource.Spec).Any()))
            terminal.WriteError($"notice: {_failOn} {_severity}: {resource.FullName} does not look for vulnerabilities, and is not judged by them.");
    }

    /// <summary>Says what fails the scan.</summary>
    /// <returns>False where something does.</returns>
    public bool Passes(IReadOnlyList<RegistryResource> outcomes, Terminal terminal)
    {
        var sentences = outcomes.SelectMany(Sentences).ToArray();
        foreach (var sentence in sentences) terminal.WriteError($"error: {sentence}");
        return sentences.Length == 0;
    }

    private IEnumerable<string> Sentences(RegistryResource outcome)
    {
        if (outcome.Status is not { } status) yield break;
        var isRated = _severity is not null && _rating.UsesOf(outcome.Spec).Any();
        var judging = isRated ? $"{_failOn} {_severity}" : _strict;
        if (isRated)
        {
            var found = status.Images.Select(image => (image.Tag, Count: _rating.CountFrom(_severity!, image))).Where(image => image.Count > 0);
            if (Named(found.Select(image => $"{image.Tag} ({image.Count})")) is { } worst)
                yield return $"{judging}: {outcome.FullName}: vulnerabilities of this severity or a higher one are in {worst}.";
            // What was not looked at passes for nothing.
            if (Named(With(status, _rating.UnratedReason)) is { } unrated)
                yield return $"{judging}: {outcome.FullName}: there is no current result of {unrated}.";
        }

        if (judging is not null && status.Truncated?.Counts.GetValueOrDefault("images") is { } cut and > 0)
            yield return $"{judging}: {outcome.FullName}: {Counted.Of(cut, "image")} did not fit in the status, and can't be judged here.";
        else if (judging is not null && WhyNoneIsJudged(outcome, status, isRated) is { } none)
            yield return $"{judging}: {outcome.FullName}: no image was judged. {none}";
        if (_strict is null) yield break;
        if (Named(With(status, Lacking)) is { } lacking)
            yield return $"{_strict}: {outcome.FullName}: current results are missing of {lacking}.";
        foreach (var problem in _kinds.All.SelectMany(kind => kind.ProblemsOf(status)).Distinct())
            yield return $"{_strict}: {outcome.FullName}: {problem.Reason}: {problem.Message}";
    }

    /// <summary>A gate that has looked at nothing does not pass: a mistake in a filter would open it.</summary>
    private string? WhyNoneIsJudged(RegistryResource outcome, RegistryStatus status, bool isRated)
    {
        // A failed round says why itself.
        if (status.LastScanStatus != ScanStatuses.Success) return null;
        IScanKind[] kinds = isRated ? [_rating] : [.. _kinds.All.Where(kind => kind.UsesOf(outcome.Spec).Any())];
        var images = status.Images.Where(image => image.Reason is not (ScanReasons.NotAnImage or ScanReasons.NotFound)).ToArray();
        if (images.Length == 0) return status.Message ?? $"None of {Counted.Of(status.Images.Count, "tag")} names an image that is there.";
        var isNoneJudged = kinds.Length > 0 && images.All(image => kinds.All(kind => IsLeftOut(kind, image)));
        if (!isNoneJudged) return null;
        return $"{(images.Length == 1 ? "Its only image is" : $"All {images.Length} images are")} left out by " +
            (isRated ? $"{_rating.TagsField}." : "the tags that its scanners name.");
    }

    private static bool IsLeftOut(IScanKind kind, ImageStatus image) => kind.ProblemsOf(image).Any(problem => problem.Reason == ScanReasons.Filtered);

    private string? Lacking(ImageStatus image) => image.Reason is { } reason
        ? reason is ScanReasons.NotAnImage or ScanReasons.NotFound ? null : reason
        : _kinds.ProblemsOf(image).FirstOrDefault(problem => problem.Reason != ScanReasons.Filtered)?.Reason;

    private static IEnumerable<string> With(RegistryStatus status, Func<ImageStatus, string?> reasonOf) => status.Images
        .Select(image => (image.Tag, Reason: reasonOf(image))).Where(image => image.Reason is not null).Select(image => $"{image.Tag} ({image.Reason})");

    /// <summary>E.g. <c>2 images: 1.0 (3), 1.1 (1)</c>; null for none.</summary>
    private static string? Named(IEnumerable<string> images)
    {
        var all = images.ToArray();
        if (all.Length == 0) return null;
        var others = all.Length > MostNamed ? $" and {all.Length - MostNamed} more" : "";
        return $"{Counted.Of(all.Length, "image")}: {string.Join(", ", all.Take(MostNamed))}{others}";
    }
}
