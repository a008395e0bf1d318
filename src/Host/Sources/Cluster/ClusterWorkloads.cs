using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using RegistryOperator.Host.Workloads;
using RegistryOperator.Kubernetes.Client;
using RegistryOperator.Kubernetes.Informers;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Host.Sources.Cluster;

/// <summary>
/// The workloads of a cluster: watches every kind that runs Pods as soon as a resource asks for workloads, and not before. Changes are gathered for two
/// seconds. A kind that may not be listed is told, and the others are used.
/// </summary>
internal sealed partial class ClusterWorkloads(
    KubernetesConnection connection, IReadOnlyCollection<string> namespaces, TimeProvider time, ILoggerFactory loggers)
{
    private const string Component = "deploy/components/drift";

    /// <summary>How long changes are gathered.</summary>
    private static readonly TimeSpan Debounce = TimeSpan.FromSeconds(2);

    /// <summary>How often it is looked whether a kind may be listed now, or not any more.</summary>
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(10);

    /// <summary>After this many failures in a row, a kind that could be listed is told: its workloads may be old.</summary>
    private const int FailuresOfAnOutage = 5;

    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(100);

    private readonly ILogger _logger = loggers.CreateLogger<ClusterWorkloads>();

    /// <summary>Runs until cancelled, which is no failure.</summary>
    public async Task RunAsync(WorkloadIndex index, CancellationToken cancellationToken)
    {
        try
        {
            await index.Wanted.WaitAsync(cancellationToken);
            var changes = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
            WatchedKind[] kinds = [.. Watch(changes.Writer)];
            using var replaced = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            foreach (var kind in kinds) Start(kind, kind.IsReplaceable ? replaced.Token : cancellationToken);
            await SettleAsync(kinds, cancellationToken);
            // Before Kubernetes 1.21.
            if (Array.FindIndex(kinds, kind => kind.IsReplaceable && kind.Informers.State.IsSchemaMissing) is var older and >= 0)
            {
                await replaced.CancelAsync();
                kinds[older] = Watch("CronJob", "batch", "v1beta1", "cronjobs", changes.Writer);
                Start(kinds[older], cancellationToken);
                await SettleAsync(kinds, cancellationToken);
            }

            string? told = null;
            while (true)
            {
                var problem = ProblemOf(kinds);
                if (problem is not null && problem != told) LogProblem(problem);
                told = problem;
                Publish(index, kinds, problem);
                await WaitAsync(changes.Reader, kinds, problem, cancellationToken);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The operator stops.
        }
    }

    /// <summary>It ends with the operator alone, and reports what fails in its state.</summary>
    private static void Start(WatchedKind kind, CancellationToken cancellationToken) => _ = kind.Informers.RunAsync(cancellationToken);

    /// <summary>Waits until each is listed, or is told that it may not be: then what is known is all that will be.</summary>
    private async Task SettleAsync(WatchedKind[] kinds, CancellationToken cancellationToken)
    {
        while (!Array.TrueForAll(kinds, kind => kind.IsSettled)) await Task.Delay(FirstLook, time, cancellationToken);
    }

    private static void Publish(WorkloadIndex index, WatchedKind[] kinds, string? problem)
    {
        if (Array.TrueForAll(kinds, kind => kind.IsOptional || !kind.Informers.State.HasSynced))
        {
            index.Replace(null, problem);
            return;
        }

        var objects = kinds.SelectMany(kind => kind.Informers.GetAll().Select(one => new KindedObject(kind.Kind, one))).ToArray();
        index.Replace(WorkloadAssembler.Assemble(objects), problem);
    }

    /// <summary>Waits for a change, and then for those that follow it.</summary>
    private async Task WaitAsync(ChannelReader<bool> changes, WatchedKind[] kinds, string? problem, CancellationToken cancellationToken)
    {
        var change = changes.WaitToReadAsync(cancellationToken).AsTask();
        while (!change.IsCompleted)
        {
            await Task.WhenAny(change, Task.Delay(LookInterval, time, cancellationToken));
            cancellationToken.ThrowIfCancellationRequested();
            // That a kind may be listed now, or not any more, is no change of an object.
            if (!change.IsCompleted && ProblemOf(kinds) != problem) return;
        }

        await Task.Delay(Debounce, time, cancellationToken);
        changes.TryRead(out _);
    }

    private IEnumerable<WatchedKind> Watch(ChannelWriter<bool> changes)
    {
        yield return Watch("Pod", "", "v1", "pods", changes);
        yield return Watch("Deployment", "apps", "v1", "deployments", changes);
        yield return Watch("StatefulSet", "apps", "v1", "statefulsets", changes);
        yield return Watch("DaemonSet", "apps", "v1", "daemonsets", changes);
        yield return Watch("ReplicaSet", "apps", "v1", "replicasets", changes);
        yield return Watch("Job", "batch", "v1", "jobs", changes);
        yield return Watch("CronJob", "batch", "v1", "cronjobs", changes) with { IsReplaceable = true };
        // Nodes belong to no namespace: who may read only some does without platforms.
        if (namespaces.Count == 0) yield return Watch("Node", "", "v1", "nodes", changes) with { IsOptional = true };
    }

    private WatchedKind Watch(string kind, string group, string version, string plural, ChannelWriter<bool> changes)
    {
        var type = new ResourceType<WorkloadObject>(group, version, plural, WorkloadObjectJson.Default.WorkloadObject) { IsNamespaced = kind != "Node" };
        var informers = new InformerGroup<WorkloadObject>(
            connection.Resources(type), namespaces, new WorkloadChangeHandler(changes), new InformerOptions<WorkloadObject>(), time,
            loggers.CreateLogger<Informer<WorkloadObject>>());
        return new WatchedKind(kind, type.QualifiedName, informers);
    }

    private static string? ProblemOf(WatchedKind[] kinds)
    {
        var failing = kinds.Where(kind => kind.IsFailing).ToArray();
        if (failing.Length == 0) return null;
        var error = failing.Select(kind => kind.Informers.State.Error).FirstOrDefault(error => error is not null);
        var missing = string.Join(", ", failing.Select(kind => kind.Plural));
        return $"Workloads can't be read: the operator needs the rights list and watch for {missing}; the component {Component} gives them. {error}".TrimEnd();
    }

    /// <summary>A kind that is watched.</summary>
    private sealed record WatchedKind(string Kind, string Plural, InformerGroup<WorkloadObject> Informers)
    {
        /// <summary>True where workloads are compared without it, too.</summary>
        public bool IsOptional { get; init; }

        /// <summary>True where an older server has it in another version.</summary>
        public bool IsReplaceable { get; init; }

        /// <summary>A kind that the server does not serve has no objects.</summary>
        public bool IsFailing =>
            !IsOptional && Informers.State is { IsSchemaMissing: false } state && (!state.HasSynced || state.ConsecutiveFailures >= FailuresOfAnOutage);

        public bool IsSettled => Informers.State is { HasSynced: true } or { ConsecutiveFailures: > 0 };
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Problem}")]
    private partial void LogProblem(string problem);
}
