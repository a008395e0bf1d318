using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Text;
using RegistryOperator.Host.Workloads;

namespace RegistryOperator.Host.Explanations;

/// <summary>What the workloads in given files say of an image, or of the workload that is asked about: what a scan with these files would look at.</summary>
internal sealed class GivenWorkloads
{
    private const string Step = "given";

    /// <summary>Names that are told.</summary>
    private const int MostNames = 5;

    private readonly ScanKinds _kinds;
    private readonly IReadOnlyList<Workload> _workloads;
    private readonly WorkloadIndex _index = new();

    public GivenWorkloads(ScanKinds kinds, IReadOnlyList<Workload> workloads)
    {
        _kinds = kinds;
        _workloads = workloads;
        _index.Replace(workloads, isOneOwners: true);
    }

    /// <summary>The explanation with what the files say of the workload; the same where the resource compares none.</summary>
    public WorkloadExplanation Add(WorkloadExplanation explanation, AskedWorkload asked, RegistryResource resource)
    {
        if (_kinds.WorkloadsOf(resource.Spec) is not { } selection || explanation.Steps is not [var compared, ..]) return explanation;
        // After whether there is a comparison; the last step is the one that the state is shown by.
        return explanation with { Steps = [compared, new DecisionStep(Step, Of(asked, resource, selection)), .. explanation.Steps.Skip(1)] };
    }

    /// <summary>The explanation with who runs the image; the same where the resource compares none.</summary>
    public ImageExplanation Add(ImageExplanation explanation, RegistryResource resource)
    {
        if (explanation.Tag is not { } tag || _kinds.WorkloadsOf(resource.Spec) is not { } selection) return explanation;
        var image = new ImageStatus { Tag = tag, Digest = explanation.Digest };
        var users = WorkloadUsage.Show([image], Find(resource, selection))[0].Usage?.Workloads ?? [];
        var named = Names([.. users.Select(user => WorkloadDriftStatus.NameOf(user.Kind, user.Namespace, user.Name))]);
        var decision = users.Count == 0
            ? Decision.Tell("NotRunning", "No workload in the given files runs the image.")
            : Decision.Pass("Running", $"{named} run{(users.Count == 1 ? "s" : "")} the image: its tag is read whatever spec.tagFilter says.");
        return explanation with { Steps = [.. explanation.Steps, new DecisionStep(Step, decision)] };
    }

    private Decision Of(AskedWorkload asked, RegistryResource resource, WorkloadSelection selection)
    {
        var given = _workloads.Where(workload => IsAsked(asked, workload)).ToArray();
        if (given.Length == 0)
            return Decision.Stop("NotGiven", $"The given files have no such workload that runs containers, of {Counted.Of(_workloads.Count, "workload")}.");
        Workload[] covered = [.. given.Where(workload => selection.Covers(workload.Namespace))];
        if (covered.Length == 0)
        {
            return Decision.Stop("OtherNamespace", $"The given files have it in the namespace {given[0].Namespace}, which is not compared.")
                .By("spec.driftDetection.namespaces", string.Join(", ", selection.Namespaces));
        }

        Workload[] own = [.. Find(resource, selection).Where(workload => IsAsked(asked, workload))];
        return own.Length > 0
            ? Decision.Pass("Running", $"By the given files it runs {ImagesOf(own)}.")
            : Decision.Stop("OtherImages", $"By the given files it runs {ImagesOf(covered)}, and none of {RepositoryOf(resource).Name}.");
    }

    private IReadOnlyList<Workload> Find(RegistryResource resource, WorkloadSelection selection) =>
        _index.Find(resource.Metadata.Key, RepositoryOf(resource), selection) ?? [];

    private static RepositoryReference RepositoryOf(RegistryResource resource) => new(new Uri(resource.Spec.Url), resource.Spec.Repository);

    private static bool IsAsked(AskedWorkload asked, Workload workload) => asked.Is(workload.Kind, workload.Namespace, workload.Name);

    private static string ImagesOf(IEnumerable<Workload> workloads) =>
        Names([.. workloads.SelectMany(workload => workload.Containers).Select(container => container.Image).Distinct(StringComparer.Ordinal)]);

    private static string Names(IReadOnlyList<string> names) =>
        string.Join(", ", names.Take(MostNames)) + (names.Count > MostNames ? $" and {names.Count - MostNames} more" : "");
}
