using System.Text.Json.Nodes;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Trivy.Tests.Support;

/// <summary>One image that is scanned again and again, each time after the last result was stored; Trivy finds in the image and in its SBOM what a
/// test says.</summary>
internal sealed class RescannedImage : IAsyncDisposable
{
    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 11, 24, 6, 0, 0, TimeSpan.Zero));
    private readonly Plugin _plugin;
    private ScannerReadiness? _before;

    public RescannedImage() => _plugin = Plugin.Create(
        FakeRunner.Create(command => command.Arguments[0] switch
        {
            "version" => (0, """{"Version":"0.68.2"}""", ""),
            "sbom" => (SbomExitCode, SbomExitCode == 0 ? Report(InSbom, "[]") : "", SbomExitCode == 0 ? "" : "x\tFATAL\tFatal error\tno SBOM"),
            _ => ImageError is { } error ? (1, "", error) : (0, Report(InImage, Packages), Words),
        }),
        _time,
        ("SkipDbUpdate", "true"));

    /// <summary>What Trivy finds in the image: <c>ID PACKAGE VERSION [PATH]</c>.</summary>
    public string[] InImage { get; set; } = [];

    /// <summary>What Trivy finds in the SBOM.</summary>
    public string[] InSbom { get; set; } = [];

    /// <summary>Further members of each vulnerability.</summary>
    public string Details { get; set; } = "\"Severity\":\"HIGH\"";

    /// <summary>The name of the target.</summary>
    public string Target { get; set; } = "registry.example/team/app (debian 12.5)";

    /// <summary>The operating system, JSON.</summary>
    public string System { get; set; } = """{"Family":"debian","Name":"12.5"}""";

    /// <summary>The packages, JSON.</summary>
    public string Packages { get; set; } = """[{"Name":"bash","Version":"5","Identifier":{"PURL":"pkg:deb/debian/bash@5"}}]""";

    /// <summary>What Trivy writes to standard error over the image.</summary>
    public string Words { get; set; } = "";

    /// <summary>Trivy's words where it can't look into the image.</summary>
    public string? ImageError { get; set; }

    public int SbomExitCode { get; set; }

    /// <summary>The last result, as the store has it.</summary>
    public ImageScanResult? Last { get; set; }

    /// <summary>What Trivy was started for by the last scan.</summary>
    public IReadOnlyList<string> Verbs => _plugin.Runner.Verbs;

    /// <summary>Media types of the documents of the last result.</summary>
    public IEnumerable<string> Documents => Last!.Documents.Select(document => document.MediaType);

    /// <summary>Brings a newer database.</summary>
    public async Task UpdateDatabaseAsync()
    {
        _time.Advance(TimeSpan.FromHours(6));
        await Metadata.WriteAsync(_plugin.Cache, _time.GetUtcNow(), _time.GetUtcNow().AddHours(6));
    }

    /// <summary>Brings another Trivy.</summary>
    public void UpdateTool() => _before = _before! with { ToolVersion = "0.50.0" };

    /// <summary>Scans, and stores the result.</summary>
    public async Task<ImageScanResult> ScanAsync()
    {
        if (_before is null) await UpdateDatabaseAsync();
        var now = await _plugin.Vulnerabilities.CheckReadinessAsync(TestContext.Current.CancellationToken);
        _plugin.Runner.Clear();
        var request = Requests.Create();
        Last = await _plugin.Vulnerabilities.ScanAsync(Last is null ? request : request.After(Last, _before!), TestContext.Current.CancellationToken);
        _before = now;
        return Last;
    }

    public ValueTask DisposeAsync() => _plugin.DisposeAsync();

    /// <summary>Of an SBOM, Trivy repeats no packages.</summary>
    private string Report(string[] found, string packages)
    {
        var vulnerabilities = found.Select(finding => finding.Split(' ')).Select(parts =>
            $$"""{"VulnerabilityID":"{{parts[0]}}","PkgName":"{{parts[1]}}","InstalledVersion":"{{parts[2]}}",""" +
            $$""" "PkgPath":"{{(parts.Length > 3 ? parts[3] : "")}}",{{Details}}}""");
        return JsonNode.Parse(
            $$$"""
            {"SchemaVersion":2,"Metadata":{"OS":{{{System}}},"RepoDigests":["registry.example/team/app@sha256:1"]},
             "Results":[{"Target":"{{{Target}}}","Class":"os-pkgs","Type":"debian",
             "Packages":{{{packages}}},
             "Vulnerabilities":[{{{string.Join(',', vulnerabilities)}}}]}]}
            """)!.ToJsonString();
    }
}
