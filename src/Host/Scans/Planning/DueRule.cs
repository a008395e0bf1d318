using System.Globalization;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Reports;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Scans.Planning;

/// <summary>The rules by which a scan is due; the last ones by which it is not.</summary>
internal enum DueRule
{
    /// <summary>There is no report with these options.</summary>
    NeverScanned,

    /// <summary>The report was made with another version of the scanner, its tool or its database.</summary>
    OtherVersions,

    /// <summary>A user asked for a newer one.</summary>
    Requested,

    /// <summary>A wrong clock has dated the report into the future.</summary>
    FutureDated,

    IntervalOver,

    /// <summary>What the report was made from has changed, or has been made again.</summary>
    InputChanged,

    /// <summary>Not due: as long as the versions are the same, another scan would give the same.</summary>
    SameAgain,

    /// <summary>Not due: the interval is not over.</summary>
    WithinInterval,
}

/// <summary>Says why a scan is due, or is not.</summary>
internal static class DueRules
{
    public static bool IsDue(this DueRule rule) => rule < DueRule.SameAgain;

    /// <summary>The decision in words.</summary>
    /// <param name="rule">By which it is due, or is not.</param>
    /// <param name="scanner">The scanner.</param>
    /// <param name="made">When the last report was made, and with which versions; null where there is none.</param>
    /// <param name="asked">A user asks for results made after this.</param>
    /// <param name="now">The time.</param>
    /// <param name="interval">That of the scanner, or a longer one where it waits for the list of tags.</param>
    public static Decision Explain(
        this DueRule rule, BoundScanner scanner, (DateTimeOffset Created, ReportVersions Versions)? made, DateTimeOffset? asked, DateTimeOffset now,
        TimeSpan interval)
    {
        var use = scanner.Use;
        var seconds = ((long)interval.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        return rule switch
        {
            DueRule.NeverScanned => Decision.Wait(Due, "There is no report of this scanner with these options.").By(use.OptionsField, OptionsOf(scanner)),
            DueRule.OtherVersions => Decision.Wait(Due, $"The report was made with {Words(made!.Value.Versions)}; now it is {Words(scanner.Versions!)}.")
                .By("versions", Words(scanner.Versions!)),
            DueRule.Requested => Decision.Wait(Due, $"A scan is asked for: what was made before {Time(asked!.Value)} is made anew.")
                .By($"metadata.annotations[{RegistryGroup.ScanRequestedAnnotation}]", Time(asked.Value)),
            DueRule.FutureDated => Decision.Wait(Due, $"The report is of {Time(made!.Value.Created)}, which is in the future: a clock was wrong."),
            DueRule.IntervalOver => Decision.Wait(Due, $"The report is {Age(now - made!.Value.Created)} old, and the interval over.")
                .By(use.IntervalField, seconds),
            DueRule.InputChanged => Decision.Wait(Due, "What the report was made from has changed, or has been made again since."),
            DueRule.SameAgain => Decision.Pass(NotDue, $"The versions are the same, and another scan would give the same. {Later}")
                .By("versions", Words(scanner.Versions!)),
            _ => Decision.Pass(NotDue, $"The report is {Age(now - made!.Value.Created)} old; the next is due at {Time(made.Value.Created + interval)}.")
                .By(use.IntervalField, seconds),
        };
    }

    private const string Due = nameof(Due);
    private const string NotDue = nameof(NotDue);
    private const string Later = "Another version of the scanner, its tool or its database makes it due.";

    /// <summary>The versions as a user reads them.</summary>
    public static string Words(ReportVersions versions)
    {
        var tool = versions.Tool is { } version ? $", tool {version}" : "";
        return $"scanner {versions.Scanner}{tool}{(versions.Database is { } database ? $", database {database}" : "")}";
    }

    public static string Time(DateTimeOffset time) => UtcText.ToSecond(time);

    /// <summary>An age or a wait as durations are written in a spec, without what is finer than a second.</summary>
    public static string Age(TimeSpan age) => GoDuration.Format(TimeSpan.FromSeconds((long)age.TotalSeconds));

    private static string? OptionsOf(BoundScanner scanner) => scanner.Use.Options?.GetRawText();
}
