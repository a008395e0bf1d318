using System.Text;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Cli;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Cli.Scan;
using RegistryOperator.Host.Hosting;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Sources.Manifests;
using RegistryOperator.Host.Tests.Cli;
using RegistryOperator.Host.Tests.Plugins;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Host.Yaml;
using RegistryOperator.Reports;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Golden;

/// <summary>
/// What the whole engine writes about resources of every sort, byte for byte: statuses, tables, stored reports and what is printed of them. Each is
/// scanned, scanned again after tags moved and the registry fails in part, looked at by its scanners alone, and scanned while the registry is away.
/// </summary>
public sealed class GoldenStatusTests : IAsyncLifetime
{
    /// <summary>Longer texts are compared by their digest.</summary>
    private const int LongestText = 100_000;

    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-01-02T03:04:05Z"));
    private readonly PluginSandbox _plugins = new();
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("golden-");
    private readonly StringBuilder _story = new();
    private InMemoryRegistry _registry = null!;

    public static TheoryData<string, string> Resources()
    {
        var data = new TheoryData<string, string>();
        string[] files =
        [
            "samples/registries/minimal.yaml", "samples/registries/full.yaml", "samples/registries/private.yaml", "samples/Demo/registry.yaml",
            "tests/Host.Tests/Golden/Resources/sections.yaml",
        ];
        foreach (var file in files)
        {
            foreach (var manifest in Read(file).Registries) data.Add(file, manifest.Resource.Metadata.Name!);
        }

        return data;
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _plugins.AddFixture("Scripted");
        _plugins.AddSample("LicensePolicyScanner");
        _plugins.AddBuiltIn("RegistryAuth");
        _registry = await InMemoryRegistry.StartAsync(Token);
        GoldenRegistry.Fill(_registry);
    }

    public async ValueTask DisposeAsync()
    {
        await _registry.DisposeAsync();
        _plugins.Dispose();
        _data.Delete(recursive: true);
    }

    [Theory]
    [MemberData(nameof(Resources))]
    public async Task Rounds_ResourceOfEverySort_WriteWhatTheyWroteBefore(string file, string name)
    {
        var manifests = Read(file);
        var secrets = new ManifestSecrets(manifests.Secrets);
        var resource = Localize(manifests.Registries.Single(manifest => manifest.Resource.Metadata.Name == name).Resource, manifests.Secrets);
        await using (var engine = await StartAsync())
        {
            var memory = new RoundMemory.Entry();
            resource = await ScanAsync("first scan", engine, resource, secrets, memory);
            Table(resource);

            GoldenRegistry.Change(_registry);
            _time.Advance(TimeSpan.FromHours(2));
            using (_registry.Inject(Faults.Status(404).OnPath("/manifests/1.0.0")))
                resource = await ScanAsync("tags moved, and one can't be read", engine, resource, secrets, memory);

            _time.Advance(TimeSpan.FromHours(2));
            var status = await engine.Round.RunScannersAsync(resource, secrets, memory, Token);
            Tell("scanners alone", status is null ? "nothing to say\n" : Json(resource = resource with { Status = status }));

            _time.Advance(TimeSpan.FromHours(2));
            using (_registry.Inject(Faults.Status(503))) resource = await ScanAsync("registry away", engine, resource, secrets, memory);
            Table(resource);
            if (engine.Reports is { } store) Tell("stored reports", await DumpAsync(store, resource));
        }

        foreach (var tag in (string[])["1.0.0", "2.0.0"]) await PrintAsync("report", tag);
        await PrintAsync("report", "1.0.0", "--kind", "vulnerability", "-o", "sarif");
        await PrintAsync("search", "package-1");
        await PrintAsync("search", "CVE-2026-1000", "-o", "json");
        _story.ToString().ShouldMatch($"{name}.txt", _registry.Url.Authority, "Golden/Statuses");
    }

    private static ManifestSet Read(string file)
    {
        // The demo's resource is completed by the program that scans it.
        var text = File.ReadAllText(Path.Combine(GoldenFile.Root, file)).Replace("{url}", "https://registry.example.com", StringComparison.Ordinal);
        using var reader = new StringReader(text);
        var manifests = ManifestReader.Read([new YamlSource(file, reader)]);
        manifests.Problems.ShouldBeEmpty();
        return manifests;
    }

    /// <summary>The same resource over the registry of this run; patient with nothing.</summary>
    private RegistryResource Localize(RegistryResource resource, IReadOnlyList<CredentialSecret> secrets)
    {
        var repository = resource.Spec.Repository == GoldenRegistry.LargeRepository ? GoldenRegistry.LargeRepository : GoldenRegistry.Repository;
        return resource with
        {
            Metadata = resource.Metadata with { Generation = 1, Uid = "1" },
            Spec = WithoutLaterFields(resource.Spec) with
            {
                Url = _registry.Url.GetLeftPart(UriPartial.Authority),
                Repository = repository,
                // The examples name Secrets that are not beside them, and a certificate that is none.
                CredentialsSecret = secrets.Any(secret => secret.Name == resource.Spec.CredentialsSecret?.Name) ? resource.Spec.CredentialsSecret : null,
                CredentialsSecrets = [],
                ServiceAccountName = null,
                CaSecret = null,
                ClientCertificateSecret = null,
                ScanConfig = new ScanConfigSpec { RetryAttempts = 0, Concurrency = 1 },
            },
        };
    }

    /// <summary>Without what an example writes out since its statuses were recorded: it says no more than the default does.</summary>
    private static RegistrySpec WithoutLaterFields(RegistrySpec spec) => spec with
    {
        VulnerabilityScanning = spec.VulnerabilityScanning is { } vulnerabilities ? vulnerabilities with { Options = null } : null,
        SbomGeneration = spec.SbomGeneration is { } sbom ? sbom with { Options = null } : null,
        TagFilter = spec.TagFilter is { Versions: not null } filter ? filter with { Exclude = "-(alpha|beta|rc)", Versions = null } : spec.TagFilter,
        ProvenanceTracking = spec.ProvenanceTracking is { } provenance ? provenance with { Scanner = null, Options = null } : null,
        DriftDetection = spec.DriftDetection is { } drift ? drift with { Scanner = null, Options = null } : null,
    };

    private Task<Engine> StartAsync() => _plugins.StartEngineAsync(_data, _time, Token);

    private async Task<RegistryResource> ScanAsync(string title, Engine engine, RegistryResource resource, ISecretSource secrets, RoundMemory.Entry memory)
    {
        var outcome = await engine.Round.RunAsync(resource, secrets, memory, progress: null, publish: null, Token);
        resource = resource with { Status = outcome.Status };
        Tell(title, Json(resource));
        return resource;
    }

    /// <summary>Without the hash of what was chosen from: it has the registry's port, which changes with each run.</summary>
    private static string Json(RegistryResource resource) =>
        Print(OutputOption.Json, resource with { Status = resource.Status is { } status ? status with { Choice = null } : null });

    private static string Print(string format, RegistryResource resource)
    {
        using var output = new StringWriter();
        var terminal = new Terminal { In = TextReader.Null, Out = output, Error = TextWriter.Null, ShowsProgress = false };
        ScanOutput.Write(format, [resource], terminal, ScanParts.Kinds);
        return output.ToString();
    }

    private void Table(RegistryResource resource) => Tell("table", Print(ScanOutput.Table, resource));

    private async Task PrintAsync(params string[] arguments)
    {
        var run = await CommandRun.StartAsync([.. arguments, "--data-dir", _data.FullName]);
        Tell(string.Join(' ', arguments), $"{run.Output}{run.Error}exit code {run.ExitCode}\n");
    }

    private void Tell(string title, string text)
    {
        foreach (var authority in (string[])[_registry.Url.Authority, Uri.EscapeDataString(_registry.Url.Authority)])
            text = text.Replace(authority, "ROOT", StringComparison.Ordinal);
        if (text.Length > LongestText) text = $"{text[..1000]}…\n{text.Length} characters, {Digest.Compute(Encoding.UTF8.GetBytes(text))}\n";
        _story.Append("===== ").Append(title).Append('\n').Append(text).Append('\n');
    }

    private static async Task<string> DumpAsync(IReportStore store, RegistryResource resource)
    {
        var text = new StringBuilder();
        var images = await store.GetImagesAsync(ImageRecords.NameOf(resource.Metadata.Key), Token);
        foreach (var image in images.OrderBy(image => image.Tag, StringComparer.Ordinal).Take(10))
        {
            var platforms = string.Join(" ", image.Platforms
                .OrderBy(platform => platform.Key, StringComparer.Ordinal)
                .Select(platform => $"{platform.Key}={platform.Value}"));
            text.Append($"{image.Repository}:{image.Tag} {image.Digest} read {image.IsRead} first seen {image.FirstSeen:O} {platforms}\n");
            var reports = await store.FindAsync([.. image.Platforms.Values.Append(image.Digest).Distinct()], Token);
            foreach (var report in reports.OrderBy(report => report.Key.ToString(), StringComparer.Ordinal))
            {
                text.Append($"  {report.Key.Digest} {report.Key.Kind} {report.Key.Scanner} '{OptionsOf(report)}' ")
                    .Append($"{report.Versions} {report.Created:O} {report.Method} {report.Result}\n");
                text.Append($"    {Encoding.UTF8.GetString(report.Summary.Span)}\n");
                foreach (var document in await store.ListDocumentsAsync(report.Key, Token))
                    text.Append($"    {document.MediaType} {document.Digest} {document.Size}\n");
            }
        }

        return text.ToString();

        // Attached documents are their repository's, and its address changes with each run.
        string OptionsOf(Report report) => resource.Spec.SbomGeneration?.UseAttached is true ? "of this repository" : report.Key.Options;
    }
}
