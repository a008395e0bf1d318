using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Scans.Execution;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Scans.Planning;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Explanations;

/// <summary>Explains the scans of one image.</summary>
/// <param name="executor">Remembers failures; null where another process does.</param>
/// <param name="bound">All scanners of the resource.</param>
/// <param name="all">The reports there are of the image's manifests.</param>
/// <param name="asked">A user asks for results made after this.</param>
/// <param name="now">The time.</param>
internal sealed class ImageScans(
    ScanExecutor? executor, IReadOnlyList<BoundScanner> bound, IReadOnlyList<Report> all, DateTimeOffset? asked, DateTimeOffset now)
{
    private readonly Dictionary<ReportKey, Report> _reports = all.ToDictionary(report => report.Key);

    /// <summary>The steps of one scanner, under the decision that counts.</summary>
    public DecisionStep Explain(string name, BoundScanner scanner, IScanKind kind, ExplainedImage image)
    {
        var steps = scanner.Explain().ToList();
        if (scanner.ProblemAt is not BindingStep.Find || scanner.Problem is null) steps.Add(scanner.ExplainTags(image.Tag));
        var stopped = steps.FirstOrDefault(step => step.Decision.Effect is DecisionEffect.Stops);
        if (image.Status is { } status && kind.ProblemOf(status, scanner.Use.Scanner) is { } problem)
        {
            var last = Decision.Wait(problem.Reason, problem.Message).By($"status.images[{image.Tag}]", problem.Reason);
            steps.Add(new DecisionStep("last problem", last));
        }

        if (image.Scanned is not { } scanned)
        {
            var nothing = Decision.Stop("NoImage", "What is scanned is not known, or the tag names no image.");
            return new DecisionStep(name, stopped?.Decision ?? nothing) { Steps = steps };
        }

        DecisionStep[] works = [.. ScanPlanner.WorkOf(scanner, scanned).Select(work => Explain(work, kind, isStopped: stopped is not null))];
        steps.AddRange(works);
        return new DecisionStep(name, Summary(stopped, works)) { Steps = steps };
    }

    private static Decision Summary(DecisionStep? stopped, DecisionStep[] works)
    {
        if (stopped is not null) return stopped.Decision;
        if (works.Length == 0) return Decision.Stop("NothingToScan", "The image has none of the platforms that are asked for, or is no image.");
        return works.Select(work => work.Decision).OrderByDescending(decision => decision.Effect).First();
    }

    private DecisionStep Explain(ScanWork work, IScanKind kind, bool isStopped)
    {
        var steps = new List<DecisionStep>();
        var report = _reports.GetValueOrDefault(work.Key);
        Decision? decision = null;
        if (!isStopped)
        {
            if (ScanNeeds.ProblemOf(work, bound, key => _reports.GetValueOrDefault(key)) is { } lacking)
            {
                decision = Decision.Stop(lacking.Reason, lacking.Message);
                steps.Add(new DecisionStep("needs", decision));
            }

            var rule = ScanPlanner.Decide(work, bound, _reports, asked, now);
            var due = Due(rule, work, report);
            steps.Add(new DecisionStep("due", due));
            if (rule.IsDue()) steps.AddRange(executor?.Explain(work) ?? [NotRemembered]);
            var held = steps.Select(step => step.Decision).FirstOrDefault(one => one.Outcome is "Backoff" or "CircuitOpen");
            decision ??= held ?? due;
        }

        report ??= OfOtherOptions(work);
        steps.Add(report is null
            ? new DecisionStep("last result", Decision.Tell("None", "The report store has none."))
            : ReportStep.Of(report) with { Steps = report.Key == work.Key ? [.. kind.Explain(report, work.Scanner.Use)] : [] });
        return new DecisionStep(work.Subject.Name.Length > 0 ? work.Subject.Name : "image", decision ?? steps[^1].Decision) { Steps = steps };
    }

    /// <summary>In this process nothing was tried.</summary>
    public static DecisionStep NotRemembered { get; } = new(
        "backoff",
        Decision.Tell(
            "NotKnown",
            "Delays after failures, and open circuit breakers, are in the memory of the operator that runs: its status has the last problem, "
                + "and its /api/v1/explain tells all."));

    private Decision Due(DueRule rule, ScanWork work, Report? report)
    {
        if (rule is DueRule.NeverScanned && OfOtherOptions(work) is { } other)
        {
            var use = work.Scanner.Use;
            var (field, value) = use.Section is null ? (use.OptionsField, use.Options?.GetRawText()) : (use.SectionField, null);
            return Decision.Wait("Due", $"Options, or Secrets that they name, have changed since the report of {DueRules.Time(other.Created)}.")
                .By(field, value ?? $"{Hash(other.Key)} before, {Hash(work.Key)} now");
        }

        (DateTimeOffset, ReportVersions)? made = report is null ? null : (report.Created, report.Versions);
        var decision = rule.Explain(work.Scanner, made, asked, now, work.Scanner.Use.Interval);
        return rule is DueRule.NeverScanned ? decision.By("report", $"none of {work.Key.Kind} {work.Key.Scanner} {work.Key.Digest}") : decision;
    }

    /// <summary>The newest result of the scanner with other options.</summary>
    private Report? OfOtherOptions(ScanWork work) => all
        .Where(report => report.Key != work.Key && report.Key with { Options = work.Key.Options } == work.Key)
        .MaxBy(report => report.Created);

    private static string Hash(ReportKey key) => key.Options.Length > 0 ? key.Options : "none";
}
