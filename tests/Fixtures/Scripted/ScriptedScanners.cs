using System.Globalization;
using System.Text;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;

namespace Fixtures.Scripted;

/// <summary>
/// The label <c>vulnerabilities</c> lists severities, each with <c>+</c> where a fix is known; <c>eol</c> says that the system is past its end
/// of life.
/// </summary>
public sealed class ScriptedVulnerabilities() : ScriptedScanner(new ScannerDescriptor("trivy", ScannerKind.Vulnerability, "1.0.0"))
{
    protected override ImageScanResult Scan(ImageScanRequest request, IReadOnlyDictionary<string, string> labels)
    {
        var severities = labels.GetValueOrDefault("vulnerabilities", "").Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return new VulnerabilityScanResult
        {
            Result = severities.Length == 0 ? "Clean" : "Vulnerable",
            Vulnerabilities = [.. severities.Select(ToVulnerability)],
            OperatingSystem = new OperatingSystemRelease("debian", "12", IsEndOfLife: labels.ContainsKey("eol")),
            Documents = [new ReportDocument("application/json", Encoding.UTF8.GetBytes($$"""{"found":{{severities.Length}}}"""))],
        };
    }

    private static Vulnerability ToVulnerability(string text, int index) => new()
    {
        Id = $"CVE-2026-{index + 1000}",
        Severity = Enum.Parse<Severity>(text.TrimEnd('+'), ignoreCase: true),
        Package = $"package-{index % 3}",
        InstalledVersion = "1.0.0",
        FixedVersion = text.EndsWith('+') ? "1.0.1" : null,
        Title = $"The title of number {index}, which is long enough to be cut at a word where a status shows it, since nobody reads more than a line of it",
        PackageUrl = $"pkg:deb/debian/package-{index % 3}@1.0.0",
        PackageType = "deb",
        CvssScore = index,
    };
}

/// <summary>The label <c>packages</c> says how many packages there are.</summary>
public abstract class ScriptedSbom(string name) : ScriptedScanner(new ScannerDescriptor(name, ScannerKind.Sbom, "1.0.0") { IsRepeatable = true })
{
    protected override ImageScanResult Scan(ImageScanRequest request, IReadOnlyDictionary<string, string> labels)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(labels);
        var count = int.Parse(labels.GetValueOrDefault("packages", "3"), CultureInfo.InvariantCulture);
        var components = Enumerable.Range(0, count).Select(index => $$$"""
            {"type":"library","bom-ref":"p{{{index}}}","name":"package-{{{index}}}","version":"1.0.0","purl":"pkg:deb/debian/package-{{{index}}}@1.0.0",
             "licenses":[{"license":{"id":"{{{(index % 2 == 0 ? "MIT" : "AGPL-3.0-only")}}}"}}]}
            """);
        var document = $$$"""
            {"bomFormat":"CycloneDX","specVersion":"1.6","metadata":{"component":{"type":"container","bom-ref":"root","name":"image"}},
             "components":[{{{string.Join(',', components)}}}],
             "dependencies":[{"ref":"root","dependsOn":["p0"]},{"ref":"p0","dependsOn":["p1"]}]}
            """;
        return new ImageScanResult { Result = "Generated", Documents = [new ReportDocument(SbomMediaTypes.CycloneDxJson, Encoding.UTF8.GetBytes(document))] };
    }
}

public sealed class ScriptedSyft() : ScriptedSbom("syft");

public sealed class ScriptedTrivySbom() : ScriptedSbom("trivy");

/// <summary>A scanner of a kind of its own, whose verdict and summary the label <c>verdict</c> gives.</summary>
public sealed class ScriptedPolicy() : ScriptedScanner(new ScannerDescriptor("house-rules", new ScannerKind("policy"), "2.0.0"))
{
    protected override ImageScanResult Scan(ImageScanRequest request, IReadOnlyDictionary<string, string> labels)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(labels);
        return new ImageScanResult
        {
            Result = labels.GetValueOrDefault("verdict", "Passed"),
            Summary = new Dictionary<string, string>(StringComparer.Ordinal) { ["rules"] = "12", ["platform"] = request.Platform.ToString()! },
        };
    }
}

/// <summary>A scanner that can't work.</summary>
public sealed class UnreadyScanner() : ScriptedScanner(new ScannerDescriptor("unready", ScannerKind.Custom, "1.0.0"))
{
    public override ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(ScannerReadiness.Unavailable("Its tool is missing: install it."));

    protected override ImageScanResult Scan(ImageScanRequest request, IReadOnlyDictionary<string, string> labels) => throw new NotSupportedException();
}
