using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Kinds.Drift;

/// <summary>A comparison of a workload as decisions: what runs, what has happened to its tag, each update, and what was recommended by which rule.</summary>
internal static class DriftDecisions
{
    /// <summary>Workloads that are named where the one asked for is not compared.</summary>
    private const int MostNamed = 10;

    public static IEnumerable<WorkloadExplanation> Explain(AskedWorkload asked, RegistrySpec spec, DriftStatus? drift)
    {
        if (spec.DriftDetection is not { IsEnabled: true })
        {
            var off = Decision.Stop("Off", "The resource asks for no comparison of workloads.").By("spec.driftDetection.enabled", "false");
            return [Without(asked, new DecisionStep("drift", off))];
        }

        var compared = Compared(drift);
        if (drift?.LastCheckTime is null) return [Without(asked, compared)];
        var own = drift.Workloads.Where(workload => asked.Is(workload.Kind, workload.Namespace, workload.Name)).ToArray();
        if (own.Length > 0) return own.Select(workload => Explain(workload, spec, compared));
        var names = string.Join(", ", drift.Workloads.Take(MostNamed).Select(workload => workload.FullName));
        var others = drift.Workloads.Count == 0 ? "None is." : $"Compared are {names}{(drift.Workloads.Count > MostNamed ? ", …" : "")}.";
        var sentence = $"The last comparison found no such workload with an image of the repository. {others}";
        return [Without(asked, compared, new DecisionStep("workload", Decision.Stop("NotCompared", sentence)))];
    }

    private static WorkloadExplanation Without(AskedWorkload asked, params IReadOnlyList<DecisionStep> steps) => new("", $"{asked}") { Steps = steps };

    private static DecisionStep Compared(DriftStatus? drift)
    {
        var problem = drift?.Reason is { } reason ? $" {reason}: {drift.Message}" : "";
        var decision = drift?.LastCheckTime is { } time
            ? Decision.Pass(problem.Length > 0 ? "Old" : "Compared", $"Workloads were compared on {UtcText.ToMinute(time)}.{problem}")
            : Decision.Stop("NotCompared", $"No comparison is known, from the status or from the report store.{problem}");
        return new DecisionStep("drift", decision.By("spec.driftDetection.enabled", "true"));
    }

    private static WorkloadExplanation Explain(WorkloadDriftStatus workload, RegistrySpec spec, DecisionStep compared)
    {
        var steps = new List<DecisionStep> { compared };
        if (spec.DriftDetection?.Options is { } options)
        {
            var told = Decision.Tell("Options", "Annotations of a workload go before it.");
            steps.Add(new DecisionStep("policy", told.By("spec.driftDetection.options", options.GetRawText())));
        }

        steps.Add(new DecisionStep("image", Decision.Tell("Runs", $"It runs {workload.CurrentImage ?? workload.CurrentTag}.")));
        steps.AddRange(workload.Alarms.Select(alarm => new DecisionStep("tag", AlarmOf(alarm))));
        // An alarm of which the image is told is not told a second time without it.
        steps.AddRange(workload.Changes.Where(change => workload.Alarms.All(alarm => alarm.Change != change))
            .Select(change => new DecisionStep("tag", ChangeOf(change))));
        steps.AddRange(workload.AvailableUpdates.Select(update => new DecisionStep(update.Tag, UpdateOf(update))));
        var outcome = workload.Recommendation ?? DriftWords.NoAction;
        var why = string.Join(' ', workload.Warnings.Prepend(workload.Message).Where(sentence => !string.IsNullOrEmpty(sentence)));
        steps.Add(new DecisionStep("recommendation", outcome == DriftWords.NoAction ? Decision.Pass(outcome, why) : Decision.Wait(outcome, why)));
        return new WorkloadExplanation("", workload.FullName)
        {
            Image = workload.CurrentImage,
            State = workload.Status,
            Recommendation = outcome,
            Steps = steps,
        };
    }

    private static Decision AlarmOf(WorkloadAlarmStatus alarm) =>
        Decision.Stop(alarm.Change, $"{alarm.Image}: {alarm.Message ?? ChangeOf(alarm.Change).Sentence}");

    private static Decision ChangeOf(string change) => change switch
    {
        DriftWords.TagRewritten => Decision.Stop(change, "A full version names another image, and nothing shows that it is the same software."),
        DriftWords.MissingUpstream => Decision.Stop(change, "The registry does not have the image any more."),
        DriftWords.Rebuilt => Decision.Wait(change, "The version was built again from the same source."),
        _ => Decision.Wait(change, "The tag names another image now."),
    };

    private static Decision UpdateOf(AvailableUpdateStatus update)
    {
        string?[] facts =
        [
            update.WaitingUntil is { } until ? $"it waits until {UtcText.ToMinute(until)}" : null,
            update.CriticalCvesFixed is { } criticals ? $"{criticals} critical fixed" : null,
            update.HighCvesFixed is { } highs ? $"{highs} high fixed" : null,
            update.NewCves is { } introduced ? $"{introduced} new vulnerabilities" : "vulnerabilities not comparable",
            update.SizeDiff,
        ];
        var sentence = string.Join(", ", facts.OfType<string>()) + ".";
        sentence = char.ToUpperInvariant(sentence[0]) + sentence[1..];
        return update.Recommendation switch
        {
            DriftWords.Waiting => Decision.Wait(DriftWords.Waiting, sentence),
            DriftWords.Caution => Decision.Stop(DriftWords.Caution, sentence),
            { } word => Decision.Pass(word, sentence),
            null => Decision.Tell("AVAILABLE", sentence),
        };
    }
}
