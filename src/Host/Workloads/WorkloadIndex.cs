using RegistryOperator.Abstractions.Images;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Workloads;

namespace RegistryOperator.Host.Workloads;

/// <summary>The workloads that are known, by the images that they run. A source replaces them as a whole; any thread reads.</summary>
internal sealed class WorkloadIndex
{
    private volatile Content _content = new(null, null);

    /// <summary>Why workloads are not known, or not all, as a sentence that tells what to do; null where all are.</summary>
    public string? Problem => _content.Problem;

    /// <summary>Replaces all workloads.</summary>
    /// <param name="workloads">The workloads; null where none are known.</param>
    /// <param name="problem">Why there are none, or not all; null where all are there.</param>
    public void Replace(IReadOnlyCollection<Workload>? workloads, string? problem = null) => _content = new Content(workloads, problem);

    /// <summary>The workloads that run images of a repository, each with the containers that do, in the order of their names; null where no workloads are
    /// known.</summary>
    public IReadOnlyList<Workload>? Find(RepositoryReference repository, WorkloadSelection selection)
    {
        if (_content.ByImage is not { } byImage) return null;
        var containers = new Dictionary<Workload, List<WorkloadContainer>>(ReferenceEqualityComparer.Instance);
        foreach (var (_, (sample, uses)) in byImage)
        {
            if (!selection.Covers(sample, repository)) continue;
            foreach (var (workload, container) in uses.Where(use => selection.Covers(use.Workload.Namespace)))
            {
                if (!containers.TryGetValue(workload, out var own)) containers.Add(workload, own = []);
                own.Add(container);
            }
        }

        return
        [
            .. containers.Select(pair => pair.Key with { Containers = pair.Value })
                .OrderBy(workload => workload.Namespace, StringComparer.Ordinal)
                .ThenBy(workload => workload.Kind, StringComparer.Ordinal)
                .ThenBy(workload => workload.Name, StringComparer.Ordinal),
        ];
    }

    private sealed class Content
    {
        public Content(IReadOnlyCollection<Workload>? workloads, string? problem)
        {
            Problem = problem;
            if (workloads is null) return;
            ByImage = new Dictionary<string, (ImageReference, List<(Workload, WorkloadContainer)>)>(StringComparer.Ordinal);
            foreach (var workload in workloads)
            {
                foreach (var container in workload.Containers)
                {
                    if (!ImageReference.TryParse(container.Image, out var reference)) continue;
                    if (!ByImage.TryGetValue(reference.Name, out var entry)) ByImage.Add(reference.Name, entry = (reference, []));
                    entry.Uses.Add((workload, container));
                }
            }
        }

        public string? Problem { get; }

        public Dictionary<string, (ImageReference Sample, List<(Workload Workload, WorkloadContainer Container)> Uses)>? ByImage { get; }
    }
}
