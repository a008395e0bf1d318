using System.Globalization;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Scans.Model;

namespace RegistryOperator.Host.Scans.Planning;

/// <summary>Says which scanner a resource gets, with which options, and whether it can work.</summary>
internal static class BindingWords
{
    /// <summary>The steps up to the one that failed.</summary>
    public static IEnumerable<DecisionStep> Explain(this BoundScanner bound)
    {
        var use = bound.Use;
        var failed = bound.Problem is null ? (BindingStep?)null : bound.ProblemAt;
        yield return new DecisionStep("scanner", Of(BindingStep.Find, () => Decision.Pass("Found", $"A scanner of kind {use.Kind} is installed by this name."))
            .By(use.Field, use.Scanner));
        if (failed is BindingStep.Find) yield break;
        var options = use.Options?.GetRawText();
        yield return new DecisionStep("options", Of(BindingStep.Options, () => options is null
                ? Decision.Pass("Defaults", "None are given: the scanner's own defaults hold.")
                : Decision.Pass("Given", "They are what the scanner takes."))
            .By(use.OptionsField, options));
        if (failed is BindingStep.Options) yield break;
        if (failed is BindingStep.Secrets)
        {
            yield return new DecisionStep("secrets", Decision.Stop(bound.Problem!.Reason, bound.Problem.Message));
            yield break;
        }

        yield return new DecisionStep(
            "readiness", Of(BindingStep.Readiness, () => Decision.Pass("Ready", "It can work.").By("versions", DueRules.Words(bound.Versions!))));

        Decision Of(BindingStep step, Func<Decision> succeeded) =>
            failed == step ? Decision.Stop(bound.Problem!.Reason, bound.Problem.Message) : succeeded();
    }

    /// <summary>Says whether the section's tags have this one.</summary>
    public static DecisionStep ExplainTags(this BoundScanner bound, string tag)
    {
        var use = bound.Use;
        var value = use.Tags.Count == 0 ? null : string.Join(", ", use.Tags);
        var decision = !use.Covers(tag) ? Decision.Stop("Filtered", "The tag is not among the section's tags.")
            : value is null ? Decision.Pass("Covered", "All tags are scanned.")
            : Decision.Pass("Covered", "The tag is among the section's tags.");
        return new DecisionStep("tags", decision.By(use.TagsField, value));
    }

    /// <summary>A number as a value.</summary>
    public static string Seconds(TimeSpan time) => ((long)time.TotalSeconds).ToString(CultureInfo.InvariantCulture);
}
