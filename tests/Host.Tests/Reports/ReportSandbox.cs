using System.Text;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Host.Reports;
using RegistryOperator.Host.Reports.Sqlite;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Kubernetes;

namespace RegistryOperator.Host.Tests.Reports;

/// <summary>A real store in a temporary folder, and reports to put into it.</summary>
public sealed class ReportSandbox : IAsyncDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("reports-");
    private readonly List<IReportStore> _stores = [];

    internal static readonly ResourceKey Shop = new("shop", "web");

    internal string DataDirectory => Path.Combine(_root.FullName, "data");

    internal string File => Path.Combine(DataDirectory, StoreFile.Name);

    internal FakeTimeProvider Time { get; } = new(DateTimeOffset.Parse("2026-01-02T03:04:05.678Z"));

    internal MessageLog<SqliteReportStore> Log { get; } = new();

    internal async Task<SqliteReportStore> OpenAsync(Func<ReportStoreOptions, ReportStoreOptions>? configure = null, TimeProvider? time = null)
    {
        var options = new ReportStoreOptions { DataDirectory = DataDirectory, LockTimeout = TimeSpan.FromSeconds(1) };
        var store = await SqliteReportStore.OpenAsync(configure?.Invoke(options) ?? options, time ?? Time, Log, TestContext.Current.CancellationToken);
        _stores.Add(store);
        return store;
    }

    /// <summary>The digest of a platform's manifest, the same for the same name.</summary>
    internal static Digest Image(string name) => Digest.Compute(Encoding.UTF8.GetBytes(name));

    internal static NewReport Vulnerabilities(Digest digest, params Vulnerability[] found) => New(digest, ScannerKind.Vulnerability, "trivy") with { Vulnerabilities = found };

    internal static NewReport Sbom(Digest digest, params SbomPackage[] packages) => New(digest, ScannerKind.Sbom, "syft") with { Packages = packages };

    internal static NewReport New(Digest digest, ScannerKind kind, string scanner, string options = "") => new()
    {
        Report = new Report
        {
            Key = new ReportKey(digest, kind, scanner, options),
            Versions = new ReportVersions("1.0.0", "0.68.2", "2026-01-01"),
            Created = DateTimeOffset.Parse("2026-01-02T03:00:00.1234567Z"),
            Method = ScanMethods.Image,
            Result = "Found",
            Summary = """{"critical":1}"""u8.ToArray(),
        },
    };

    internal static ReportDocument Document(string content, string mediaType = "application/json") => new(mediaType, Encoding.UTF8.GetBytes(content));

    internal static SbomPackage Package(string name, string version, string type = "deb") => new() { Id = $"{type}/{name}@{version}", Name = name, Version = version, Type = type };

    internal static Vulnerability Found(string id, string package, string version, string? fixedVersion = null, Severity severity = Severity.High) => new()
    {
        Id = id,
        Severity = severity,
        Package = package,
        InstalledVersion = version,
        FixedVersion = fixedVersion,
        PackageType = "deb",
    };

    internal static StoredImage Tagged(string tag, Digest amd64, string repository = "registry.example.com/team/web") =>
        new(repository, tag, Image("index of " + tag), new Dictionary<string, Digest> { ["linux/amd64"] = amd64 });

    /// <summary>How many rows a table has, as another process sees it.</summary>
    internal async Task<long> CountAsync(string table)
    {
        var token = TestContext.Current.CancellationToken;
        await using var connection = new SqliteConnection($"Data Source={File};Pooling=False;Mode=ReadOnly");
        await connection.OpenAsync(token);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The tests' own names.
        command.CommandText = $"SELECT count(*) FROM {table}";
#pragma warning restore CA2100
        return (long)(await command.ExecuteScalarAsync(token))!;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var store in _stores) await store.DisposeAsync();
        _root.Delete(recursive: true);
    }
}
