using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Explanations;

/// <summary>Explains the state of a workload by the last comparison that is stored, else by the one in the resource's status. Asks nobody.</summary>
internal sealed class WorkloadExplainer(ScanKinds kinds, IReportStore? store)
{
    /// <summary>An explanation for each image of the repository that the workload runs; one that says why not where there is none.</summary>
    public async Task<IReadOnlyList<WorkloadExplanation>> ExplainAsync(
        AskedWorkload asked, RegistryResource resource, CancellationToken cancellationToken)
    {
        var marked = new WrittenFields(resource);
        var status = await StatusOfAsync(resource, cancellationToken);
        var found = kinds.All.SelectMany(kind => kind.ExplainWorkload(asked, resource.Spec, status));
        return [.. found.Select(explanation => explanation with { Resource = resource.FullName, Steps = marked.Mark(explanation.Steps) })];
    }

    /// <summary>The stored report has all workloads and updates, a status perhaps not.</summary>
    private async Task<RegistryStatus> StatusOfAsync(RegistryResource resource, CancellationToken cancellationToken)
    {
        var status = resource.Status ?? new RegistryStatus();
        if (store is null) return status;
        var reports = await store.FindOfResourceAsync(ImageRecords.NameOf(resource.Metadata.Key), cancellationToken);
        foreach (var kind in kinds.All.Where(kind => kind.WorkloadsOf(resource.Spec) is not null))
        {
            var findings = kind.UsesOf(resource.Spec).Select(use => new RegistryFindings
            {
                Use = use,
                Report = reports.FirstOrDefault(report => report.Key.Kind == kind.Kind && report.Key.Scanner == use.Scanner),
            });
            status = kind.ShowRegistry(status, [.. findings.Where(finding => finding.Report is not null)]);
        }

        return status;
    }
}
