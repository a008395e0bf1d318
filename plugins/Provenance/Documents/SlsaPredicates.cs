using System.Text.Json;

namespace RegistryOperator.Plugins.Provenance.Documents;

/// <summary>
/// Reads SLSA's provenance (https://slsa.dev/spec/v0.1/provenance, v0.2, v1.0), with the fields of GitHub's, Google's and BuildKit's build types in which
/// these say what the sources are.
/// </summary>
internal static class SlsaPredicates
{
    /// <summary>Commits, by the names that versions of the specification and tools give their digests.</summary>
    private static readonly string[] CommitAlgorithms = ["gitCommit", "sha1", "commit"];

    private const int MostMaterials = 4096;

    public static BuildFacts Read01(JsonElement? predicate)
    {
        var recipe = predicate.Get("recipe");
        var materials = Materials(predicate.Get("materials"));
        var defining = recipe.Get("definedInMaterial") is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var index)
            && index >= 0 && index < materials.Length ? SourceOf(materials[index]) : null;
        return Facts(predicate.Get("builder").Text("id"), recipe.Text("type"), defining ?? FromMaterials(materials));
    }

    public static BuildFacts Read02(JsonElement? predicate) => Facts(
        predicate.Get("builder").Text("id"),
        predicate.Text("buildType"),
        SourceOf(predicate.Get("invocation").Get("configSource"))
            ?? VersionControl(predicate.Get("metadata").Get("https://mobyproject.org/buildkit@v1#metadata"))
            ?? FromMaterials(Materials(predicate.Get("materials"))));

    public static BuildFacts Read1(JsonElement? predicate)
    {
        var definition = predicate.Get("buildDefinition");
        var parameters = definition.Get("externalParameters");
        var details = predicate.Get("runDetails");
        var materials = Materials(definition.Get("resolvedDependencies"));
        // GitHub's workflow and Google's configuration name a repository; the commit is that of the dependency which is the same repository.
        var named = (parameters.Get("workflow") ?? parameters.Get("buildConfigSource")).Text("repository");
        var source = (named is null ? null : FromNamed(named, materials))
            ?? SourceOf(parameters.Get("source"))
            ?? SourceOf(parameters.Get("configSource"))
            ?? VersionControl(details.Get("metadata").Get("buildkit_metadata"))
            ?? FromMaterials(materials);
        return Facts(details.Get("builder").Text("id"), definition.Text("buildType"), source);
    }

    private static BuildFacts Facts(string? builder, string? buildType, Source? source) => new()
    {
        Builder = SourceUri.Told(builder),
        BuildType = SourceUri.Told(buildType),
        SourceRepository = source?.Repository,
        SourceCommit = source?.Commit,
    };

    private static Source FromNamed(string repository, JsonElement?[] materials)
    {
        var name = SourceUri.Comparable(repository);
        var same = materials.Select(SourceOf).FirstOrDefault(source => source is not null && SourceUri.Comparable(source.Repository) == name);
        return new Source(SourceUri.Repository(repository), same?.Commit);
    }

    private static Source? FromMaterials(JsonElement?[] materials) =>
        materials.Select(SourceOf).FirstOrDefault(source => source is { IsGit: true, Commit: not null });

    /// <summary>What BuildKit knows of the version control of the sources.</summary>
    private static Source? VersionControl(JsonElement? metadata) => metadata.Get("vcs") is { } vcs && vcs.Get("source").Text() is { } source
        ? new Source(SourceUri.Repository(source), Commit(vcs.Get("revision").Text()))
        : null;

    private static Source? SourceOf(JsonElement? material)
    {
        if (material.Text("uri") is not { } uri) return null;
        var digests = material.Get("digest");
        var commit = CommitAlgorithms.Select(algorithm => Commit(digests.Text(algorithm))).FirstOrDefault(found => found is not null);
        return new Source(SourceUri.Repository(uri), commit) { IsGit = SourceUri.IsGit(uri) };
    }

    /// <summary>BuildKit writes <c>-dirty</c> behind the commit of a changed working copy, which is kept.</summary>
    private static string? Commit(string? text) => text is { Length: >= 7 and <= 80 } ? text : null;

    private static JsonElement?[] Materials(JsonElement? list) => [.. list.Items().Take(MostMaterials).Select(item => (JsonElement?)item)];

    private sealed record Source(string Repository, string? Commit)
    {
        public bool IsGit { get; init; }
    }
}
