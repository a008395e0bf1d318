using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Workloads;
using RegistryOperator.Host.Yaml;

namespace RegistryOperator.Host.Sources.Manifests;

/// <summary>What was found in the files. Where there are problems, the resources they are about are missing.</summary>
internal sealed record ManifestSet
{
    public required IReadOnlyList<RegistryManifest> Registries { get; init; }

    public required IReadOnlyList<CredentialSecret> Secrets { get; init; }

    public IReadOnlyList<ServiceAccountManifest> ServiceAccounts { get; init; } = [];

    /// <summary>What runs containers, of whatever kind, and Nodes.</summary>
    public IReadOnlyList<KindedObject> Workloads { get; init; } = [];

    /// <summary>Errors, in the order of the files.</summary>
    public required IReadOnlyList<YamlProblem> Problems { get; init; }

    /// <summary>What was ignored, such as resources of other kinds.</summary>
    public required IReadOnlyList<YamlProblem> Notices { get; init; }

    /// <summary>Those of the notices that are about workloads.</summary>
    public IReadOnlyList<YamlProblem> WorkloadNotices { get; init; } = [];

    /// <summary>True where there is any document in the files.</summary>
    public bool HasDocuments { get; init; }

    /// <summary>True where the files say what runs: with a workload, or with a list, which may be empty. Otherwise nothing is known of what runs.</summary>
    public bool SaysWhatRuns { get; init; }
}

/// <summary>What a ServiceAccount says of pulling images.</summary>
/// <param name="Namespace">Its namespace.</param>
/// <param name="Name">Its name.</param>
/// <param name="PullSecrets">The names of its <c>imagePullSecrets</c>.</param>
internal sealed record ServiceAccountManifest(string Namespace, string Name, IReadOnlyList<string> PullSecrets);

/// <summary>A resource from a file: valid, with its namespace filled in.</summary>
/// <param name="Resource">The resource.</param>
/// <param name="Source">Where it stands, for problems that are found later.</param>
internal sealed record RegistryManifest(RegistryResource Resource, ManifestSource Source);
