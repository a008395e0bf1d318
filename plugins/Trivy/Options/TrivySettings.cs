using System.Globalization;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Abstractions.Tools;

namespace RegistryOperator.Plugins.Trivy.Options;

/// <summary>One setting: its documentation for users, and Trivy's own variable that is read where it is not set.</summary>
internal sealed record TrivySetting(string Name, string Description, string? Variable = null)
{
    public string? Default { get; init; }

    public string? Example { get; init; }

    public bool IsSecret { get; init; }

    /// <summary>The setting as the host shows it.</summary>
    public PluginOption ToOption() => new(Name, Variable is null ? Description : $"{Description} Where not set: the variable {Variable}.")
    {
        Default = Default,
        Example = Example,
        IsSecret = IsSecret,
    };
}

/// <summary>Every setting of the plugin; <see cref="TrivyOptionsReader"/> reads through these, so that none is read that is not declared.</summary>
internal static class TrivySettings
{
    private const string False = "false";

    public static readonly TrivySetting Path = new(nameof(TrivyOptions.Path), "Path of the executable.")
    {
        Default = "trivy on the PATH, else in the plugin's folder",
        Example = "/opt/trivy/trivy",
    };

    public static readonly TrivySetting Server = new(nameof(TrivyOptions.Server), "URL of a Trivy server that does the matching.", "TRIVY_SERVER")
    {
        Default = "none: matched here, with a database in CacheDirectory",
        Example = "http://trivy:4954",
    };

    public static readonly TrivySetting Token = new(nameof(TrivyOptions.Token), "Secret of the server.", "TRIVY_TOKEN") { IsSecret = true };

    public static readonly TrivySetting CacheDirectory = new(nameof(TrivyOptions.CacheDirectory), "Folder of the databases.", "TRIVY_CACHE_DIR")
    {
        Default = "$XDG_CACHE_HOME/trivy, else ~/.cache/trivy",
    };

    // The URL may hold a password.
    public static readonly TrivySetting CacheBackend = new(
        nameof(TrivyOptions.CacheBackend),
        $"Where what was found in layers is kept: '{TrivyOptions.MemoryCache}' for one run only, " +
        $"'{TrivyOptions.FileCache}' in the cache folder, or a redis:// URL.",
        "TRIVY_CACHE_BACKEND")
    {
        Default = TrivyOptions.MemoryCache,
        IsSecret = true,
    };

    public static readonly TrivySetting SkipDbUpdate = new(
        nameof(TrivyOptions.SkipDbUpdate), "True never downloads the vulnerability database.", "TRIVY_SKIP_DB_UPDATE")
    {
        Default = False,
    };

    public static readonly TrivySetting SkipJavaDbUpdate = new(
        nameof(TrivyOptions.SkipJavaDbUpdate), "True never downloads the index of Java archives.", "TRIVY_SKIP_JAVA_DB_UPDATE")
    {
        Default = False,
    };

    public static readonly TrivySetting OfflineScan = new(
        nameof(TrivyOptions.OfflineScan), "True asks no third party about dependencies.", "TRIVY_OFFLINE_SCAN")
    {
        Default = False,
    };

    public static readonly TrivySetting DbRepositories = new(
        nameof(TrivyOptions.DbRepositories),
        "OCI repositories of the vulnerability database, in order of priority: a list, or separated by commas.",
        "TRIVY_DB_REPOSITORY")
    {
        Default = "Trivy's own",
        Example = "mirror.example/trivy-db:2",
    };

    public static readonly TrivySetting JavaDbRepositories = new(
        nameof(TrivyOptions.JavaDbRepositories),
        "OCI repositories of the index of Java archives, in order of priority: a list, or separated by commas.",
        "TRIVY_JAVA_DB_REPOSITORY")
    {
        Default = "Trivy's own",
        Example = "mirror.example/trivy-java-db:1",
    };

    public static readonly TrivySetting Timeout = new(nameof(TrivyOptions.Timeout), "Trivy's own limit for one scan.")
    {
        Default = "none: the deadline of the scan",
        Example = "10m",
    };

    public static readonly TrivySetting MaximumOutputBytes = new(nameof(TrivyOptions.MaximumOutputBytes), "The largest report accepted, in bytes.")
    {
        Default = ToolCommand.DefaultMaximumOutput.ToString(CultureInfo.InvariantCulture),
    };

    /// <summary>All, in the order in which they are shown.</summary>
    public static IReadOnlyList<TrivySetting> All { get; } =
    [
        Path, Server, Token, CacheDirectory, CacheBackend, SkipDbUpdate, SkipJavaDbUpdate, OfflineScan, DbRepositories, JavaDbRepositories, Timeout,
        MaximumOutputBytes,
    ];
}
