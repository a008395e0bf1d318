using System.Collections.Concurrent;
using System.Text;
using RegistryOperator.Abstractions.Images;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Kubernetes;

namespace RegistryOperator.Host.Workloads;

/// <summary>
/// The workloads that are known, by the images that they run. A source replaces them as a whole; any thread reads. It remembers who asked for what, and tells
/// him when that has changed.
/// </summary>
internal sealed class WorkloadIndex
{
    /// <summary>How long who asks first waits for a source that has not told anything yet.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(15);

    private readonly TaskCompletionSource _wanted = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _told = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ConcurrentDictionary<ResourceKey, Interest> _interests = new();
    private volatile Content _content = new(null, null);
    private volatile Action<ResourceKey>? _changed;

    /// <summary>Why workloads are not known, or not all, as a sentence that tells what to do; null where all are.</summary>
    public string? Problem => _content.Problem;

    /// <summary>Completes when somebody asks for workloads: until then, no source needs to look for any.</summary>
    public Task Wanted => _wanted.Task;

    /// <summary>Says that a source will tell of workloads, and whom it wakes.</summary>
    /// <param name="changed">Given the key of each resource whose workloads have changed.</param>
    public void Attach(Action<ResourceKey> changed) => _changed = changed;

    /// <summary>Replaces all workloads.</summary>
    /// <param name="workloads">The workloads; null where none are known.</param>
    /// <param name="problem">Why there are none, or not all; null where all are there.</param>
    /// <param name="isOneOwners">True where all are of one owner, as those of a folder: an explanation may then name them to whoever asks.</param>
    public void Replace(IReadOnlyCollection<Workload>? workloads, string? problem = null, bool isOneOwners = false)
    {
        var before = _content;
        var now = _content = new Content(workloads, problem) { IsOneOwners = isOneOwners };
        _told.TrySetResult();
        if (_changed is not { } changed) return;
        foreach (var (key, interest) in _interests)
        {
            if (before.Problem == problem && Fingerprint(Find(now, interest.Repository, interest.Selection)) == interest.Fingerprint) continue;
            // Until he asks again, he is told again.
            changed(key);
        }
    }

    /// <summary>Waits until a source that is there has told something, at most for a while.</summary>
    public async Task WaitAsync(TimeProvider time, CancellationToken cancellationToken)
    {
        _wanted.TrySetResult();
        if (_changed is null || _told.Task.IsCompleted) return;
        try
        {
            await _told.Task.WaitAsync(LongestWait, time, cancellationToken);
        }
        catch (TimeoutException)
        {
            // The source tells later, and wakes who asked.
        }
    }

    /// <summary>The workloads that run images of a repository, each with the containers that do, in the order of their names; null where no workloads are
    /// known.</summary>
    /// <param name="key">The resource that asks, and is told when the answer changes.</param>
    /// <param name="repository">The repository.</param>
    /// <param name="selection">Which workloads it looks at.</param>
    public IReadOnlyList<Workload>? Find(ResourceKey key, RepositoryReference repository, WorkloadSelection selection)
    {
        // One content, so that the answer and its reason can't contradict each other.
        var content = _content;
        var found = Find(content, repository, selection);
        _interests[key] = new Interest(repository, selection, Fingerprint(found))
        {
            WhyNone = found is { Count: 0 } ? WhyNone(content, key, repository, selection) : null,
        };
        return found;
    }

    /// <summary>Why a resource found no workloads when it asked last: how many were looked at, and what runs instead. Null where it has found some, or none
    /// were known.</summary>
    /// <param name="key">A resource that has asked.</param>
    public string? ExplainNone(ResourceKey key) => _interests.GetValueOrDefault(key)?.WhyNone;

    /// <summary>Forgets that a resource asked.</summary>
    public void Forget(ResourceKey key) => _interests.TryRemove(key, out _);

    private static string? WhyNone(Content content, ResourceKey key, RepositoryReference repository, WorkloadSelection selection)
    {
        if (content is not { Workloads: { } workloads, ByImage: { } byImage }) return null;
        var images =
            from entry in byImage.Values
            let covered = entry.Uses.Where(use => selection.Covers(use.Workload.Namespace))
            where covered.Any()
            select (entry.Sample.Name, IsOwn: content.IsOneOwners || covered.Any(use => use.Workload.Namespace == key.Namespace));
        return MissingWorkloads.Explain(repository, selection, workloads, images, space => content.IsOneOwners || space == key.Namespace);
    }

    private static IReadOnlyList<Workload>? Find(Content content, RepositoryReference repository, WorkloadSelection selection)
    {
        if (content.ByImage is not { } byImage) return null;
        var containers = new Dictionary<Workload, List<WorkloadContainer>>(ReferenceEqualityComparer.Instance);
        var mirrors = selection.NamesOfMirrors(repository);
        foreach (var (name, (sample, uses)) in byImage)
        {
            if (!mirrors.Contains(name) && !sample.IsIn(repository)) continue;
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

    private static string Fingerprint(IReadOnlyList<Workload>? workloads)
    {
        if (workloads is null) return "?";
        var text = new StringBuilder();
        WorkloadFingerprint.Append(text, workloads);
        return text.ToString();
    }

    /// <summary>What a resource asked for, and what it was told.</summary>
    private sealed record Interest(RepositoryReference Repository, WorkloadSelection Selection, string Fingerprint)
    {
        public string? WhyNone { get; init; }
    }

    private sealed class Content
    {
        public Content(IReadOnlyCollection<Workload>? workloads, string? problem)
        {
            Problem = problem;
            Workloads = workloads;
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

        public bool IsOneOwners { get; init; }

        public IReadOnlyCollection<Workload>? Workloads { get; }

        public Dictionary<string, (ImageReference Sample, List<(Workload Workload, WorkloadContainer Container)> Uses)>? ByImage { get; }
    }
}
