using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Scans.Execution;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Scans.Planning;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Explanations;

/// <summary>Explains what scanners have on an image, and what is due.</summary>
/// <param name="kinds">The kinds of scanner.</param>
/// <param name="scanners">The scanners.</param>
/// <param name="store">The reports; null where there are none.</param>
/// <param name="executor">Remembers failures; null where another process does.</param>
/// <param name="overAll">The same for scans of all images together.</param>
/// <param name="time">The clock.</param>
internal sealed class ScanExplainer(
    ScanKinds kinds, ScannerDirectory scanners, IReportStore? store, ScanExecutor? executor, RegistryExecutor? overAll, TimeProvider time)
{
    /// <summary>A step for each scanner, and for each kind that is not asked for.</summary>
    public async Task<IReadOnlyList<DecisionStep>> ExplainAsync(
        RegistryResource resource, OpenedRegistry? registry, ResourceSecrets secrets, ExplainedImage image, CancellationToken cancellationToken)
    {
        var asked = RoundSchedule.AskedAt(resource, time.GetUtcNow());
        BoundScanner[] bound = registry is null ? [] : await Task.WhenAll(kinds.UsesOf(resource.Spec)
            .Select(use => scanners.BindAsync(use with { Platforms = resource.Spec.Platforms }, registry, secrets, asked, cancellationToken)));
        Report[] all = [.. await FindAsync(image.Scanned, bound, cancellationToken)];
        var scans = new ImageScans(executor, bound, all, asked, time.GetUtcNow());
        var ofAll = new RegistryScans(resource, store, overAll, asked, time.GetUtcNow());
        var steps = new List<DecisionStep>();
        foreach (var kind in kinds.All)
        {
            var uses = kind.UsesOf(resource.Spec).ToArray();
            if (uses.Length == 0)
            {
                var value = kind.SwitchField.EndsWith(".enabled", StringComparison.Ordinal) ? "false" : null;
                steps.Add(new DecisionStep(kind.Kind.Name, Decision.Tell("Off", "It is not asked for.").By(kind.SwitchField, value)));
                continue;
            }

            foreach (var use in uses)
            {
                var name = $"{kind.Kind.Name} {use.Scanner}";
                if (Array.Find(bound, one => one.Use.Field == use.Field) is not { } scanner)
                {
                    var closed = Decision.Stop("NoRegistry", "The registry can't be opened, and so no result of it be told.");
                    steps.Add(new DecisionStep(name, closed.By(use.Field, use.Scanner)));
                }
                else
                {
                    steps.Add(scanner.IsOverAll is true
                        ? await ofAll.ExplainAsync(name, scanner, kind, cancellationToken)
                        : scans.Explain(name, scanner, kind, image));
                }
            }
        }

        return steps;
    }

    private async Task<IReadOnlyList<Report>> FindAsync(ScanImage? image, BoundScanner[] bound, CancellationToken cancellationToken)
    {
        if (store is null || image is null) return [];
        Digest[] digests =
        [
            .. image.Platforms.Chosen.Concat(bound.SelectMany(scanner => scanner.SubjectsOf(image))).Select(subject => subject.Digest).Distinct(),
        ];
        return await store.FindAsync(digests, cancellationToken);
    }
}
