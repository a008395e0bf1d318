using RegistryOperator.Abstractions.Images;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Host.Workloads;

/// <summary>An object and its kind, which an item of a list does not name.</summary>
internal sealed record KindedObject(string Kind, WorkloadObject Object);

/// <summary>
/// Makes workloads of objects: each container belongs to the topmost controller of its Pod, of whatever kind that is, also where that controller itself is
/// not among the objects (Rollouts, databases of an operator).
/// </summary>
internal sealed class WorkloadAssembler
{
    private const string Pod = "Pod";
    private const string Node = "Node";
    private const int LongestChain = 10;

    private readonly Dictionary<string, KindedObject> _byUid = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Platform> _platforms = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Kind, string Namespace, string Name), WorkloadBuilder> _workloads = [];

    private WorkloadAssembler(IReadOnlyCollection<KindedObject> objects)
    {
        foreach (var one in objects)
        {
            var metadata = one.Object.Metadata;
            if (one.Kind == Node && one.Object.Status?.NodeInfo is { OperatingSystem: { } system, Architecture: { } architecture } && metadata.Name is { } name)
                _platforms[name] = new Platform { Os = system, Architecture = architecture };
            else if (metadata.Uid is { } uid) _byUid[uid] = one;
        }
    }

    /// <summary>Makes workloads.</summary>
    /// <param name="objects">Objects of all kinds; those that run nothing are left out.</param>
    public static IReadOnlyList<Workload> Assemble(IReadOnlyCollection<KindedObject> objects)
    {
        var assembler = new WorkloadAssembler(objects);
        // Templates first: what Pods run is added to them.
        foreach (var one in objects.Where(one => one.Kind is not Pod and not Node)) assembler.AddTemplate(one);
        foreach (var one in objects.Where(one => one.Kind is Pod)) assembler.AddPod(one);
        return [.. assembler._workloads.Values.Where(workload => workload.RunsSomething).Select(workload => workload.Build())];
    }

    private void AddTemplate(KindedObject one)
    {
        if (one.Object.Template?.Spec is not { } spec) return;
        var workload = WorkloadOf(one, out var isOwn);
        // The old ReplicaSets of a Deployment: its own template says what it runs. Of an owner that is not among the objects, its children say so.
        if (!isOwn && (workload.IsKnown || one.Object.Spec?.Replicas == 0)) return;
        workload.Describe(one.Object);
        workload.AddContainers(spec);
    }

    private void AddPod(KindedObject pod)
    {
        if (pod.Object.Spec is not { } spec) return;
        // What has ended runs no more; its template has been added.
        if (pod.Object.Status?.Phase is "Succeeded" or "Failed") return;
        var workload = WorkloadOf(pod, out var isOwn);
        if (isOwn || !workload.IsKnown) workload.Describe(pod.Object);
        var platform = spec.NodeName is { } node ? _platforms.GetValueOrDefault(node) : null;
        workload.AddPod(spec, pod.Object.Status, platform);
    }

    /// <summary>The topmost controller's.</summary>
    private WorkloadBuilder WorkloadOf(KindedObject one, out bool isOwn)
    {
        var top = one;
        var (kind, name) = (one.Kind, one.Object.Metadata.Name ?? "");
        var isKnown = true;
        for (var steps = 0; steps < LongestChain && ControllerOf(top.Object.Metadata) is { } owner; steps++)
        {
            (kind, name) = (owner.Kind, owner.Name);
            isKnown = _byUid.TryGetValue(owner.Uid, out var next);
            if (!isKnown) break;
            top = next!;
        }

        isOwn = isKnown && ReferenceEquals(top, one);
        var @namespace = one.Object.Metadata.Namespace ?? "";
        if (_workloads.TryGetValue((kind, @namespace, name), out var workload)) return workload;
        workload = new WorkloadBuilder(kind, @namespace, name) { IsKnown = isKnown && top.Object.HasContainers };
        if (workload.IsKnown) workload.Describe(top.Object);
        _workloads.Add((kind, @namespace, name), workload);
        return workload;
    }

    /// <summary>A static Pod belongs to its node, which is no workload.</summary>
    private static OwnerReference? ControllerOf(ObjectMeta metadata) =>
        metadata.OwnerReferences?.FirstOrDefault(owner => owner.Controller == true && owner.Kind != Node);
}

/// <summary>A workload while it is put together.</summary>
internal sealed class WorkloadBuilder(string kind, string @namespace, string name)
{
    private readonly List<(string Name, ContainerKind Kind, string Image)> _order = [];
    private readonly Dictionary<(string Name, ContainerKind Kind, string Image), Dictionary<(Digest, Platform?), int>> _running = [];
    private int? _replicas;
    private IReadOnlyDictionary<string, string>? _annotations;

    /// <summary>True where the workload itself, and not only what it owns, is among the objects and says what it runs.</summary>
    public bool IsKnown { get; init; }

    /// <summary>True where it has containers, also where none of them names an image.</summary>
    public bool RunsSomething { get; private set; }

    /// <summary>Takes over what an object tells of the workload.</summary>
    public void Describe(WorkloadObject from)
    {
        _replicas ??= from.Spec?.Replicas;
        if (_annotations is not { Count: > 0 }) _annotations = from.Annotations;
    }

    public void AddContainers(PodSpec containers)
    {
        RunsSomething |= IsAny(containers);
        foreach (var container in ListsOf(containers)) Add(container);
    }

    public void AddPod(PodSpec containers, WorkloadObjectStatus? status, Platform? platform)
    {
        RunsSomething |= IsAny(containers);
        var states = (status?.ContainerStatuses ?? []).Concat(status?.InitContainerStatuses ?? []).Concat(status?.EphemeralContainerStatuses ?? [])
            .Where(state => state.Name is not null).GroupBy(state => state.Name!, StringComparer.Ordinal)
            .ToDictionary(group => group.Key, group => group.First().ImageId, StringComparer.Ordinal);
        foreach (var container in ListsOf(containers))
        {
            var running = Add(container);
            if (DigestOf(states.GetValueOrDefault(container.Name)) is not { } digest) continue;
            running[(digest, platform)] = running.GetValueOrDefault((digest, platform)) + 1;
        }
    }

    public Workload Build() => new()
    {
        Kind = kind,
        Namespace = @namespace,
        Name = name,
        Replicas = _replicas,
        Annotations = _annotations ?? new Dictionary<string, string>(StringComparer.Ordinal),
        Containers =
        [
            .. _order.Select(container => new WorkloadContainer
            {
                Name = container.Name,
                Kind = container.Kind,
                Image = container.Image,
                Running =
                [
                    .. _running[container].OrderBy(running => running.Key.Item1.ToString(), StringComparer.Ordinal)
                        .ThenBy(running => running.Key.Item2?.ToString(), StringComparer.Ordinal)
                        .Select(running => new RunningImage(running.Key.Item1, running.Key.Item2) { Pods = running.Value }),
                ],
            }),
        ],
    };

    /// <summary>
    /// What a runtime reports of a running container, e.g. <c>docker.io/library/nginx@sha256:…</c>. A digest without a repository is that of the
    /// configuration, which names no manifest.
    /// </summary>
    private static Digest? DigestOf(string? imageId)
    {
        if (imageId is null) return null;
        var scheme = imageId.IndexOf("://", StringComparison.Ordinal);
        return ImageReference.TryParse(scheme < 0 ? imageId : imageId[(scheme + 3)..], out var reference) ? reference.Digest : null;
    }

    private Dictionary<(Digest, Platform?), int> Add((string Name, ContainerKind Kind, string Image) container)
    {
        if (_running.TryGetValue(container, out var running)) return running;
        _order.Add(container);
        return _running[container] = [];
    }

    private static bool IsAny(PodSpec lists) => lists is { Containers.Count: > 0 } or { InitContainers.Count: > 0 } or { EphemeralContainers.Count: > 0 };

    private static IEnumerable<(string Name, ContainerKind Kind, string Image)> ListsOf(PodSpec lists) =>
        Of(lists.Containers, ContainerKind.Regular).Concat(Of(lists.InitContainers, ContainerKind.Init))
            .Concat(Of(lists.EphemeralContainers, ContainerKind.Ephemeral));

    private static IEnumerable<(string Name, ContainerKind Kind, string Image)> Of(IReadOnlyList<ContainerSpec>? containers, ContainerKind kind) =>
        (containers ?? []).Where(container => container is { Name: not null, Image.Length: > 0 })
            .Select(container => (container.Name!, kind, container.Image!));
}
