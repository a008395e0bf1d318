using System.Text;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Reports;

namespace RegistryOperator.Tests.ReportStores;

/// <summary>Reports and images to put into a store.</summary>
internal static class SampleReports
{
    public const string Registry = "https://registry.example.com";

    public static readonly ResourceName Shop = new("shop", "web");

    /// <summary>The digest of a platform's manifest, the same for the same name.</summary>
    public static Digest Image(string name) => Digest.Compute(Encoding.UTF8.GetBytes(name));

    public static NewReport Vulnerabilities(Digest digest, params Vulnerability[] found) =>
        New(digest, ScannerKind.Vulnerability, "trivy") with { Vulnerabilities = found };

    public static NewReport Sbom(Digest digest, params SbomPackage[] packages) => New(digest, ScannerKind.Sbom, "syft") with { Packages = packages };

    public static NewReport New(Digest digest, ScannerKind kind, string scanner, string options = "") => new()
    {
        Report = new Report
        {
            Key = new ReportKey(digest, kind, scanner, options) { Registry = Registry },
            Versions = new ReportVersions("1.0.0", "0.68.2", "2026-01-01"),
            Created = DateTimeOffset.Parse("2026-01-02T03:00:00.1234567Z"),
            Method = ScanMethods.Image,
            Result = "Found",
            Summary = """{"critical":1}"""u8.ToArray(),
        },
    };

    /// <summary>The report as another registry would have it, or as a repository of it would.</summary>
    public static NewReport From(this NewReport report, string registry, string repository = "") =>
        report with { Report = report.Report with { Key = report.Report.Key with { Registry = registry, Repository = repository } } };

    /// <summary>A report over all images of a resource.</summary>
    public static ResourceReport OverAll(string scanner, ResourceName? resource = null) => new()
    {
        Key = new ResourceReportKey(resource ?? Shop, ScannerKind.Drift, scanner),
        Subject = "uid https://registry.example.com/team/web",
        Options = "options",
        Versions = new ReportVersions("1.0.0", "0.68.2", null),
        Inputs = "inputs",
        Tags = "",
        Created = DateTimeOffset.Parse("2026-01-02T03:00:00.1234567Z"),
        Result = "Compared",
        Content = """{"result":"Compared"}"""u8.ToArray(),
    };

    public static ReportDocument Document(string content, string mediaType = "application/json") => new(mediaType, Encoding.UTF8.GetBytes(content));

    public static SbomPackage Package(string name, string version, string type = "deb") =>
        new() { Id = $"{type}/{name}@{version}", Name = name, Version = version, Type = type };

    public static Vulnerability Found(string id, string package, string version, string? fixedVersion = null, Severity severity = Severity.High) => new()
    {
        Id = id,
        Severity = severity,
        Package = package,
        InstalledVersion = version,
        FixedVersion = fixedVersion,
        PackageType = "deb",
    };

    public static StoredImage Tagged(string tag, Digest amd64, string repository = "registry.example.com/team/web") =>
        new(repository, tag, Image("index of " + tag), new Dictionary<string, Digest> { ["linux/amd64"] = amd64 });
}
