using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Scans.Execution;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Scans.Planning;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Explanations;

/// <summary>Explains the scans over all images of a resource.</summary>
/// <param name="resource">The resource.</param>
/// <param name="store">The reports; null where there are none.</param>
/// <param name="overAll">Remembers failures; null where another process does.</param>
/// <param name="asked">A user asks for results made after this.</param>
/// <param name="now">The time.</param>
internal sealed class RegistryScans(RegistryResource resource, IReportStore? store, RegistryExecutor? overAll, DateTimeOffset? asked, DateTimeOffset now)
{
    public async Task<DecisionStep> ExplainAsync(string name, BoundScanner scanner, IScanKind kind, CancellationToken cancellationToken)
    {
        var steps = scanner.Explain().ToList();
        var decision = steps.FirstOrDefault(step => step.Decision.Effect is DecisionEffect.Stops)?.Decision;
        foreach (var problem in kind.ProblemsOf(resource.Status ?? new RegistryStatus()))
            steps.Add(new DecisionStep("last problem", Decision.Wait(problem.Reason, problem.Message).By("status", problem.Reason)));
        var identity = ResourceResultIdentity.Of(scanner, ImageRecords.NameOf(resource.Metadata.Key), resource);
        var last = await FindAsync(identity, cancellationToken);
        if (decision is null)
        {
            var untilTags = resource.Spec.EffectiveScanInterval;
            var rule = RegistryPlanner.Decide(scanner, identity, last, inputs: null, asked, untilTags, now);
            decision = rule.Explain(scanner, last is null ? null : (last.Created, last.Versions), asked, now, scanner.Use.Interval);
            steps.Add(new DecisionStep("due", decision));
            if (!rule.IsDue())
            {
                steps.Add(new DecisionStep("inputs", Decision.Tell(
                    "NotCompared", "It also becomes due by a changed tag or platform, or a newer result of an image: what all images are now was not asked.")));
            }

            if (rule.IsDue()) steps.AddRange(overAll?.Explain(identity, scanner) ?? [ImageScans.NotRemembered]);
        }

        steps.Add(last is null ? new DecisionStep("last result", Decision.Tell("None", "The report store has none.")) : ReportStep.Of(last));
        return new DecisionStep(name, decision) { Steps = steps };
    }

    private async Task<ResourceReport?> FindAsync(ResourceResultIdentity identity, CancellationToken cancellationToken)
    {
        if (store is null) return null;
        var reports = await store.FindOfResourceAsync(identity.Key.Resource, cancellationToken);
        return reports.FirstOrDefault(report => report.Key == identity.Key && report.Subject == identity.Subject);
    }
}
