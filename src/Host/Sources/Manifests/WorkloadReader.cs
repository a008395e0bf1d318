using System.Text.Json;
using System.Text.Json.Nodes;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Workloads;
using RegistryOperator.Host.Yaml;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Sources.Manifests;

/// <summary>Reads what runs containers, of whatever kind, and Nodes.</summary>
/// <param name="problems">What Kubernetes refuses as well, and so does this.</param>
/// <param name="notices">What is not used, or is read as something else.</param>
internal sealed class WorkloadReader(YamlProblems problems, YamlProblems notices)
{
    private const string Unused = "is not used here";

    /// <summary>The kinds of Kubernetes' own groups that run containers, and where. Those of other groups are not known.</summary>
    private static readonly Dictionary<string, Dictionary<string, string>> Known = new(StringComparer.Ordinal)
    {
        ["v1"] = new(StringComparer.Ordinal) { ["Pod"] = "spec", ["ReplicationController"] = "spec.template.spec" },
        ["apps/v1"] = new(StringComparer.Ordinal)
        {
            ["Deployment"] = "spec.template.spec",
            ["StatefulSet"] = "spec.template.spec",
            ["DaemonSet"] = "spec.template.spec",
            ["ReplicaSet"] = "spec.template.spec",
        },
        ["batch/v1"] = new(StringComparer.Ordinal) { ["Job"] = "spec.template.spec", ["CronJob"] = "spec.jobTemplate.spec.template.spec" },
    };

    /// <summary>The other kinds of these groups, which run none.</summary>
    private static readonly Dictionary<string, HashSet<string>> Others = new(StringComparer.Ordinal)
    {
        ["v1"] = new(StringComparer.Ordinal)
        {
            "Binding", "ComponentStatus", "ConfigMap", "Endpoints", "Event", "LimitRange", "Namespace", "Node", "PersistentVolume", "PersistentVolumeClaim",
            "PodTemplate", "ResourceQuota", "Secret", "Service", "ServiceAccount", "Status",
        },
        ["apps/v1"] = new(StringComparer.Ordinal) { "ControllerRevision" },
        ["batch/v1"] = [],
    };

    /// <summary>Where annotations that count may stand.</summary>
    private static readonly string[] Annotated =
        ["metadata", "spec.template.metadata", "spec.jobTemplate.metadata", "spec.jobTemplate.spec.template.metadata"];

    /// <summary>Reads an object.</summary>
    /// <returns>The workload; null where it is none, which has been told.</returns>
    public KindedObject? Read(JsonObject node, string apiVersion, string kind, ManifestSource source)
    {
        var known = Known.GetValueOrDefault(apiVersion);
        // Whatever it holds: what is meant would else be missing without a word.
        if (known is not null && !known.ContainsKey(kind) && !IsOther(apiVersion, kind)) return Refuse();
        if (node["metadata"] is not JsonObject) return Skip(Unused);
        QuoteAnnotations(node, source);
        WorkloadObject workload;
        try
        {
            workload = node.Deserialize(WorkloadObjectJson.Default.WorkloadObject)!;
        }
        catch (JsonException invalid)
        {
            return Skip($"is not used: {invalid.Path?.TrimStart('$', '.')} is not what a workload has there");
        }

        if (workload.HasContainers && known is not null && !known.ContainsKey(kind)) return Refuse();
        if (!workload.HasContainers && workload.Status?.NodeInfo is null)
            return Skip(known?.GetValueOrDefault(kind) is { } place ? $"is not used: it names no containers in {place}.containers" : Unused);
        if (workload.Metadata.Name is not { Length: > 0 }) return Skip("has no name, and is not used");
        // A Node has no namespace; nobody asks for it.
        var own = workload.Metadata with { Namespace = workload.Metadata.Namespace ?? RegistryGroup.DefaultNamespace };
        return new KindedObject(kind, workload with { Metadata = own });

        KindedObject? Refuse()
        {
            var advice = NearestName.Find(kind, known!.Keys) is { } nearest ? $"did you mean {nearest}?" : $"known are {string.Join(", ", known.Keys)}";
            problems.Add(source.ProblemAt("kind", $"{apiVersion} {kind} is not known to run containers; {advice}"));
            return null;
        }

        KindedObject? Skip(string why)
        {
            Notice(source, "", $"{kind} ({apiVersion}) {why}");
            return null;
        }
    }

    /// <summary>A list without items is empty.</summary>
    private static bool IsOther(string apiVersion, string kind) => kind.EndsWith("List", StringComparison.Ordinal) || Others[apiVersion].Contains(kind);

    /// <summary><c>true</c> and <c>7</c> without quotes are no text in YAML, and Kubernetes refuses them; what is meant is clear.</summary>
    private void QuoteAnnotations(JsonObject node, ManifestSource source)
    {
        foreach (var place in Annotated)
        {
            JsonNode? at = node;
            foreach (var field in place.Split('.')) at = (at as JsonObject)?[field];
            if ((at as JsonObject)?["annotations"] is not JsonObject annotations) continue;
            foreach (var (name, value) in annotations.Where(pair => pair.Value?.GetValueKind() is not JsonValueKind.String).ToArray())
            {
                var text = value?.ToJsonString() ?? "";
                annotations[name] = text;
                if (!name.StartsWith(RegistryGroup.AnnotationPrefix, StringComparison.Ordinal)) continue;
                Notice(source, $"{place}.annotations", $"the annotation {name} is no text, and Kubernetes refuses it: write it in quotes, '{text}'");
            }
        }
    }

    private void Notice(ManifestSource source, string path, string message)
    {
        if (!notices.IsFull(source.Document.File)) notices.Add(source.ProblemAt(path, message));
    }
}
