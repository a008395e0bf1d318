using RegistryOperator.Plugins.Trivy.Options;

namespace RegistryOperator.Plugins.Trivy.Databases;

/// <summary>One of Trivy's databases.</summary>
/// <param name="Name">What it is, for messages.</param>
/// <param name="Folder">Its folder in the cache directory.</param>
/// <param name="FileName">Its file.</param>
/// <param name="DownloadFlag">The flag that downloads it.</param>
/// <param name="RepositoryFlag">The flag that names a repository to download it from.</param>
internal sealed record DatabaseKind(string Name, string Folder, string FileName, string DownloadFlag, string RepositoryFlag)
{
    /// <summary>The vulnerabilities; rebuilt every six hours.</summary>
    public static DatabaseKind Vulnerabilities { get; } = new("vulnerability database", "db", "trivy.db", "--download-db-only", "--db-repository");

    /// <summary>Names of Java archives by their hash; needed where an image has some.</summary>
    public static DatabaseKind Java { get; } = new("index of Java archives", "java-db", "trivy-java.db", "--download-java-db-only", "--java-db-repository");

    /// <summary>Name of the setting that forbids its download.</summary>
    public string SkipSetting => this == Java ? nameof(TrivyOptions.SkipJavaDbUpdate) : nameof(TrivyOptions.SkipDbUpdate);

    /// <summary>Name of the setting for its repositories.</summary>
    public string RepositoriesSetting => this == Java ? nameof(TrivyOptions.JavaDbRepositories) : nameof(TrivyOptions.DbRepositories);

    /// <summary>True where it must not be downloaded.</summary>
    public bool IsSkipped(TrivyOptions options) => this == Java ? options.SkipJavaDbUpdate : options.SkipDbUpdate;

    /// <summary>Where to download it from; empty for Trivy's own choice.</summary>
    public IReadOnlyList<string> Repositories(TrivyOptions options) => this == Java ? options.JavaDbRepositories : options.DbRepositories;
}
