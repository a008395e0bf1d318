using RegistryOperator.Abstractions.Tools;

namespace RegistryOperator.Plugins.Trivy.Options;

/// <summary>
/// How Trivy is run: the section <c>Plugins:Trivy</c>. What is not set there is taken from Trivy's own variable where it has one, e.g.
/// <c>TRIVY_CACHE_DIR</c>, so that an installation set up for Trivy needs nothing more.
/// </summary>
internal sealed record TrivyOptions
{
    /// <summary>The configuration section, as messages name it.</summary>
    public const string Section = "Plugins:Trivy";

    /// <summary>The cache backend that touches no disk and knows no lock.</summary>
    public const string MemoryCache = "memory";

    /// <summary>The cache backend in the cache folder: one process at a time.</summary>
    public const string FileCache = "fs";

    /// <summary>Path of the executable; null looks on <c>PATH</c> and in the plugin's folder.</summary>
    public string? Path { get; init; }

    /// <summary>URL of a Trivy server that does the matching; null matches here (<c>TRIVY_SERVER</c>).</summary>
    public Uri? Server { get; init; }

    /// <summary>Secret of the server (<c>TRIVY_TOKEN</c>).</summary>
    public string? Token { get; init; }

    /// <summary>Folder of the databases (<c>TRIVY_CACHE_DIR</c>).</summary>
    public required string CacheDirectory { get; init; }

    /// <summary>Where what was found in layers is kept (<c>TRIVY_CACHE_BACKEND</c>): <c>memory</c> for one run only, <c>fs</c> in the cache
    /// folder, where private images leave traces and scans wait for each other, or a <c>redis://</c> URL.</summary>
    public string CacheBackend { get; init; } = MemoryCache;

    /// <summary>True never downloads the vulnerability database (<c>TRIVY_SKIP_DB_UPDATE</c>).</summary>
    public bool SkipDbUpdate { get; init; }

    /// <summary>True never downloads the index of Java archives (<c>TRIVY_SKIP_JAVA_DB_UPDATE</c>).</summary>
    public bool SkipJavaDbUpdate { get; init; }

    /// <summary>True asks no third party about dependencies (<c>TRIVY_OFFLINE_SCAN</c>).</summary>
    public bool OfflineScan { get; init; }

    /// <summary>OCI repositories of the vulnerability database, in order of priority; empty takes Trivy's own (<c>TRIVY_DB_REPOSITORY</c>).</summary>
    public IReadOnlyList<string> DbRepositories { get; init; } = [];

    /// <summary>OCI repositories of the index of Java archives; empty takes Trivy's own (<c>TRIVY_JAVA_DB_REPOSITORY</c>).</summary>
    public IReadOnlyList<string> JavaDbRepositories { get; init; } = [];

    /// <summary>Trivy's own limit for one scan; null leaves it to the deadline of the call.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>The largest report accepted, in bytes.</summary>
    public long MaximumOutputBytes { get; init; } = ToolCommand.DefaultMaximumOutput;

    /// <summary>Shows no secret.</summary>
    public override string ToString() => Server is null ? $"trivy with {CacheDirectory}" : $"trivy with the server {Server.GetLeftPart(UriPartial.Authority)}";
}
