using System.Text.Json;
using System.Text.Json.Nodes;
using RegistryOperator.Abstractions.Images;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Workloads;
using RegistryOperator.Host.Yaml;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Sources.Manifests;

/// <summary>Reads what runs containers, of whatever kind, and Nodes.</summary>
/// <param name="problems">What Kubernetes refuses as well, and so does this.</param>
/// <param name="notices">What of workloads is not used, or is read as something else.</param>
/// <param name="unused">What is no workload.</param>
internal sealed class WorkloadReader(YamlProblems problems, YamlProblems notices, YamlProblems unused)
{
    private const string Unused = "is not used here";
    private const string ImageField = "image";

    private static readonly string[] ContainerLists = ["containers", "initContainers", "ephemeralContainers"];

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

    private static readonly string[] PodSpecs = [.. Known.Values.SelectMany(kinds => kinds.Values).Distinct()];

    /// <summary>Where annotations that count may stand.</summary>
    private static readonly string[] Annotated =
        ["metadata", "spec.template.metadata", "spec.jobTemplate.metadata", "spec.jobTemplate.spec.template.metadata"];

    /// <summary>True for a kind of Kubernetes' own that runs containers.</summary>
    public static bool Knows(string apiVersion, string kind) => Known.GetValueOrDefault(apiVersion)?.ContainsKey(kind) == true;

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
        foreach (var place in PodSpecs) CheckImages(node, place, $"{kind} {own.Namespace}/{own.Name}", source);
        return new KindedObject(kind, workload with { Metadata = own });

        KindedObject? Refuse()
        {
            var advice = NearestName.Find(kind, known!.Keys) is { } nearest ? $"did you mean {nearest}?" : $"known are {string.Join(", ", known.Keys)}";
            problems.Add(source.ProblemAt("kind", $"{apiVersion} {kind} is not known to run containers; {advice}"));
            return null;
        }

        KindedObject? Skip(string why)
        {
            Add(why == Unused ? unused : notices, source, "", $"{kind} ({apiVersion}) {why}");
            return null;
        }
    }

    /// <summary>A list without items is empty.</summary>
    private static bool IsOther(string apiVersion, string kind) => kind.EndsWith("List", StringComparison.Ordinal) || Others[apiVersion].Contains(kind);

    /// <summary>What runs a container without a usable image is not compared with anything.</summary>
    private void CheckImages(JsonObject node, string place, string workload, ManifestSource source)
    {
        var pod = At(node, place);
        foreach (var list in ContainerLists)
        {
            if (pod?[list] is not JsonArray containers) continue;
            for (var i = 0; i < containers.Count; i++)
            {
                if (containers[i] is not JsonObject container) continue;
                if (WhyUnusable(container) is not { } why) continue;
                var name = container["name"] is { } given ? $"'{given}'" : $"{i + 1} of {list}";
                Notice(source, $"{YamlPath.Item($"{place}.{list}", i)}.{ImageField}", $"container {name} of {workload} is not compared: {why}");
            }
        }
    }

    private static string? WhyUnusable(JsonObject container)
    {
        if (container["name"] is null) return "it has no name";
        if (container[ImageField]?.ToString() is { Length: > 0 } image)
            return ImageReference.TryParse(image, out _) ? null : $"its image '{image}' is not of the form HOST/REPOSITORY:TAG";
        var typo = container.Select(pair => pair.Key).FirstOrDefault(key => key != ImageField && NearestName.Find(key, [ImageField]) is not null);
        return typo is null ? "it names no image" : $"it names no image, but has '{typo}'; did you mean {ImageField}?";
    }

    private static JsonObject? At(JsonObject node, string place)
    {
        JsonNode? at = node;
        foreach (var field in place.Split('.')) at = (at as JsonObject)?[field];
        return at as JsonObject;
    }

    /// <summary><c>true</c> and <c>7</c> without quotes are no text in YAML, and Kubernetes refuses them; what is meant is clear.</summary>
    private void QuoteAnnotations(JsonObject node, ManifestSource source)
    {
        foreach (var place in Annotated)
        {
            if (At(node, place)?["annotations"] is not JsonObject annotations) continue;
            foreach (var (name, value) in annotations.Where(pair => pair.Value?.GetValueKind() is not JsonValueKind.String).ToArray())
            {
                var text = value?.ToJsonString() ?? "";
                annotations[name] = text;
                if (!name.StartsWith(RegistryGroup.AnnotationPrefix, StringComparison.Ordinal)) continue;
                Notice(source, $"{place}.annotations", $"the annotation {name} is no text, and Kubernetes refuses it: write it in quotes, '{text}'");
            }
        }
    }

    private void Notice(ManifestSource source, string path, string message) => Add(notices, source, path, message);

    private static void Add(YamlProblems to, ManifestSource source, string path, string message)
    {
        if (!to.IsFull(source.Document.File)) to.Add(source.ProblemAt(path, message));
    }
}
