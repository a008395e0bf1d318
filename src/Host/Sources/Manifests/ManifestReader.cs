using System.Text.Json;
using System.Text.Json.Nodes;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Validation;
using RegistryOperator.Host.Workloads;
using RegistryOperator.Host.Yaml;

namespace RegistryOperator.Host.Sources.Manifests;

/// <summary>Reads Registries, Secrets, service accounts and workloads from YAML, and reports all errors at once.</summary>
internal sealed class ManifestReader
{
    private const string ListSuffix = "List";
    private const string SecretKind = "Secret";
    private const string AccountKind = "ServiceAccount";
    private const string CoreVersion = "v1";
    private readonly List<RegistryManifest> _registries = [];
    private readonly List<CredentialSecret> _secrets = [];
    private readonly List<ServiceAccountManifest> _accounts = [];
    private readonly List<KindedObject> _workloads = [];
    private readonly YamlProblems _problems = new();
    private readonly YamlProblems _unused = new();
    private readonly YamlProblems _workloadNotices = new();
    private readonly Dictionary<string, YamlProblem> _names = new(StringComparer.Ordinal);
    private bool _hasDocuments;
    private bool _saysWhatRuns;

    private ManifestReader()
    {
    }

    /// <summary>Reads all sources. The caller keeps and closes their readers.</summary>
    public static ManifestSet Read(IEnumerable<YamlSource> sources)
    {
        var reader = new ManifestReader();
        foreach (var source in sources)
        {
            foreach (var document in YamlReader.Read(source, reader._problems).TakeWhile(_ => !reader._problems.IsFull(source.Name)))
                reader.ReadResource(document.Json, new ManifestSource(document, ""), listKind: null);
        }
        return new ManifestSet
        {
            Registries = reader._registries,
            Secrets = reader._secrets,
            ServiceAccounts = reader._accounts,
            Workloads = reader._workloads,
            Problems = reader._problems,
            Notices = [.. reader._workloadNotices, .. reader._unused],
            WorkloadNotices = reader._workloadNotices,
            HasDocuments = reader._hasDocuments,
            SaysWhatRuns = reader._saysWhatRuns,
        };
    }

    private void ReadResource(JsonNode? node, ManifestSource source, string? listKind)
    {
        if (node is null) return;
        _hasDocuments = true;
        if (node is not JsonObject resource)
        {
            Report(source, "", "expected a Kubernetes resource: a map with apiVersion, kind, metadata and spec");
            return;
        }
        // The items of an API server's typed list have neither field.
        var kind = Text(resource["kind"]) ?? listKind;
        var apiVersion = Text(resource["apiVersion"]) ?? (listKind is null ? null : RegistryGroup.ApiVersion);
        if (kind is null || apiVersion is null)
            ReportMissing(source, kind is null ? "kind" : "apiVersion");
        else if (kind.EndsWith(ListSuffix, StringComparison.Ordinal) && resource["items"] is JsonArray items)
            ReadItems(items, source, kind == RegistryGroup.Kind + ListSuffix ? RegistryGroup.Kind : null);
        else if (kind == RegistryGroup.Kind && apiVersion == RegistryGroup.ApiVersion) ReadRegistry(resource, source);
        else if (kind == SecretKind && apiVersion == CoreVersion) ReadSecret(resource, source);
        else if (kind == AccountKind && apiVersion == CoreVersion) ReadServiceAccount(resource, source);
        else if (apiVersion.StartsWith(RegistryGroup.Name + "/", StringComparison.Ordinal)) ReportUnknown(source, apiVersion, kind);
        else ReadWorkload(resource, apiVersion, kind, source);
    }

    private void ReadWorkload(JsonObject node, string apiVersion, string kind, ManifestSource source)
    {
        _saysWhatRuns |= WorkloadReader.Knows(apiVersion, kind);
        if (new WorkloadReader(_problems, _workloadNotices, _unused).Read(node, apiVersion, kind, source) is not { } workload) return;
        _workloads.Add(workload);
        _saysWhatRuns = true;
    }

    private void ReportMissing(ManifestSource source, string field) =>
        Report(source, "", $"{field} is missing; a Registry starts with 'apiVersion: {RegistryGroup.ApiVersion}' and 'kind: {RegistryGroup.Kind}'");

    private void ReportUnknown(ManifestSource source, string apiVersion, string kind)
    {
        var field = kind == RegistryGroup.Kind ? "apiVersion" : "kind";
        Report(source, field, $"{apiVersion} {kind} is not known; use {RegistryGroup.ApiVersion} {RegistryGroup.Kind}");
    }

    private void ReadItems(JsonArray items, ManifestSource source, string? listKind)
    {
        // Of a list of Registries, nothing is to be learnt of what runs.
        _saysWhatRuns |= listKind is null;
        var path = YamlPath.Field(source.Prefix, "items");
        for (var i = 0; i < items.Count && !_problems.IsFull(source.Document.File); i++)
            ReadResource(items[i], source with { Prefix = YamlPath.Item(path, i) }, listKind);
    }

    private void ReadRegistry(JsonObject node, ManifestSource source)
    {
        var before = _problems.Total;
        var shape = new ShapeChecker(source, _problems);
        shape.CheckResource(node, RegistryJson.Resource);
        if (Deserialize(node, source) is not { } resource) return;
        if (string.IsNullOrEmpty(resource.Metadata.Name) && !shape.IsRejected("metadata.name")) Report(source, "metadata.name", "metadata.name is required");
        if (resource.Metadata.Name is { Length: > 0 } name && KubernetesNames.ProblemOfName(name) is { } badName) Report(source, "metadata.name", badName);
        if (resource.Metadata.Namespace is { } inNamespace && KubernetesNames.ProblemOfNamespace(inNamespace) is { } badNamespace)
            Report(source, "metadata.namespace", badNamespace);
        foreach (var error in RegistrySpecValidator.Validate(resource.Spec).Where(error => !shape.IsRejected(error.Path)))
            Report(source, error.Path, error.ToString());
        var metadata = resource.Metadata with { Namespace = resource.Metadata.Namespace ?? RegistryGroup.DefaultNamespace };
        resource = resource with { Metadata = metadata };
        if (!string.IsNullOrEmpty(metadata.Name)) CheckName(RegistryGroup.Kind, resource.FullName, source);
        if (_problems.Total == before) _registries.Add(new RegistryManifest(resource, source));
    }

    private RegistryResource? Deserialize(JsonObject node, ManifestSource source)
    {
        try
        {
            return node.Deserialize(RegistryJson.Resource);
        }
        catch (JsonException exception)
        {
            // The only error that the shape check leaves: an invalid time.
            var path = exception.Path?.TrimStart('$', '.') ?? "";
            Report(source, path, $"{path} {exception.Message}");
            return null;
        }
    }

    private void ReadSecret(JsonObject node, ManifestSource source)
    {
        if (ReadName(node, SecretKind, source) is not var (secretNamespace, name)) return;
        if (SecretReader.Read(node, secretNamespace, name, source, _problems) is { } secret) _secrets.Add(secret);
    }

    private void ReadServiceAccount(JsonObject node, ManifestSource source)
    {
        if (ReadName(node, AccountKind, source) is not var (accountNamespace, name)) return;
        const string field = "imagePullSecrets";
        var named = node[field] as JsonArray;
        if (node[field] is not null && named is null) Report(source, field, $"{field} is not a list");
        var secrets = (named ?? []).Select(item => Text((item as JsonObject)?["name"])).OfType<string>();
        _accounts.Add(new ServiceAccountManifest(accountNamespace, name, [.. secrets]));
    }

    private (string Namespace, string Name)? ReadName(JsonObject node, string kind, ManifestSource source)
    {
        var metadata = node["metadata"] as JsonObject;
        if (Text(metadata?["name"]) is not { Length: > 0 } name)
        {
            Report(source, "metadata.name", $"metadata.name of a {kind} is required");
            return null;
        }

        var inNamespace = Text(metadata?["namespace"]) ?? RegistryGroup.DefaultNamespace;
        var before = _problems.Total;
        if (KubernetesNames.ProblemOfName(name) is { } badName) Report(source, "metadata.name", badName);
        if (KubernetesNames.ProblemOfNamespace(inNamespace) is { } badNamespace) Report(source, "metadata.namespace", badNamespace);
        if (_problems.Total > before) return null;
        CheckName(kind, $"{inNamespace}/{name}", source);
        return (inNamespace, name);
    }

    private void CheckName(string kind, string fullName, ManifestSource source)
    {
        var place = source.ProblemAt("metadata.name", "");
        if (!_names.TryAdd($"{kind} {fullName}", place))
        {
            var first = _names[$"{kind} {fullName}"];
            Report(source, "metadata.name", $"{kind} {fullName} is given twice; the first is at {first.File}:{first.Line}");
        }
    }

    private void Report(ManifestSource source, string path, string message) => _problems.Add(source.ProblemAt(path, message));

    private static string? Text(JsonNode? node) => node?.GetValueKind() == JsonValueKind.String ? node.GetValue<string>() : null;
}
