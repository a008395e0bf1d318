using System.Text.RegularExpressions;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Host.Hosting;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Sources.Manifests;
using RegistryOperator.Host.Tests.Plugins;
using RegistryOperator.Kubernetes.Resources;
using RegistryOperator.Testing.Images;

namespace RegistryOperator.Host.Tests.Attachments;

/// <summary>The whole engine with a plugin that looks at attachments: what it finds, and what that costs the registry.</summary>
public sealed partial class AttachmentRoundTests : IDisposable
{
    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-01-02T03:04:05Z"));
    private readonly PluginSandbox _plugins = new();
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("attachments-");

    public AttachmentRoundTests() => _plugins.AddFixture("Attached");

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _plugins.Dispose();
        _data.Delete(recursive: true);
    }

    [Theory]
    [InlineData(true, "ReferrersApi")]
    [InlineData(false, "FallbackTag")]
    public async Task Rounds_ImageWithAttachmentsEverywhere_FindsThemAllForAsFewRequestsAsThereAre(bool referrersApi, string source)
    {
        await using var sandbox = await AttachmentSandbox.StartAsync(referrersApi);
        var index = sandbox.AddIndex(sandbox.Amd64, sandbox.Arm64);
        var note = sandbox.Attach(sandbox.Amd64);
        var fallback = AttachmentSandbox.Tag(sandbox.Amd64);
        if (!referrersApi) sandbox.Add(fallback, new IndexBuilder().WithManifest(note).Build());
        sandbox.AddTag(index, ".sig");
        var resource = Resource(sandbox, "multi");
        await using var engine = await StartAsync();
        var memory = new RoundMemory.Entry();

        var status = await ScanAsync(engine, resource, memory);

        var scan = status.Images.ShouldHaveSingleItem().Scans["attachments"];
        scan.Result.ShouldBe("Attached");
        scan.Summary.ShouldBe(new Dictionary<string, string>
        {
            [$"1 {source}"] = $"{AttachmentSandbox.Type} of the platform, files: 1",
            ["2 CosignTag"] = $"{AttachmentSandbox.Type} of the image, files: 1",
            ["3 IndexEntry"] = $"{MediaTypes.OciImageConfig} of the platform, files: 1",
        }, ignoreOrder: true);
        // After the tags, the index by its tag, the platform's manifest and its configuration.
        string[] referrers = referrersApi
            ? [$"referrers/{index.Digest} 200", $"referrers/{sandbox.Amd64.Digest} 200"]
            : [$"referrers/{index.Digest} 404", $"manifests/{fallback} 200"];
        // The type of the note is its descriptor's, so that its manifest is read for its files alone.
        string[] rest = [$"manifests/{index.Digest} 200", $"manifests/{index.Manifests[2].Digest} 200", $"manifests/{note.Digest} 200"];
        sandbox.Requests.Skip(4).ShouldBe([.. referrers, $"manifests/{AttachmentSandbox.Tag(index, ".sig")} 200", .. rest]);

        _time.Advance(TimeSpan.FromHours(2));
        sandbox.Registry.Log.Clear();
        status = (await engine.Round.RunScannersAsync(resource with { Status = status }, new ManifestSecrets([]), memory, Cancel))!;

        // Between rounds there is no list of tags: each that may be there is asked for, also the fallback tag of either manifest.
        status.Images[0].Scans["attachments"].Summary.Count.ShouldBe(3);
        sandbox.Requests.Count(request => ProbePattern().IsMatch(request)).ShouldBe(6);
        var others = sandbox.Requests.Where(request => !ProbePattern().IsMatch(request));
        string[] again = referrersApi ? referrers : [referrers[0], $"manifests/{AttachmentSandbox.Tag(index)} 404", referrers[1]];
        others.ShouldBe([.. again, .. rest]);
    }

    [Fact]
    public async Task Round_NothingAttached_CostsOneRequestForAnImage()
    {
        await using var sandbox = await AttachmentSandbox.StartAsync();
        await using var engine = await StartAsync();

        var status = await ScanAsync(engine, Resource(sandbox, "single"), new RoundMemory.Entry());

        status.Images.ShouldHaveSingleItem().Scans["attachments"].Result.ShouldBe("Bare");
        sandbox.Requests.Skip(3).ShouldBe([$"referrers/{sandbox.Amd64.Digest} 200"]);
    }

    [Fact]
    public async Task Round_AllPlatforms_ShareTheWalk()
    {
        await using var sandbox = await AttachmentSandbox.StartAsync();
        var index = sandbox.AddIndex();
        await using var engine = await StartAsync();
        var resource = Resource(sandbox, "multi");

        await ScanAsync(engine, resource with { Spec = resource.Spec with { Platforms = ["all"] } }, new RoundMemory.Entry());

        TestManifest[] subjects = [index, sandbox.Amd64, sandbox.Arm64];
        sandbox.Requests.Skip(4).ShouldBe([.. subjects.Select(subject => $"referrers/{subject.Digest} 200"), $"manifests/{index.Digest} 200"]);
    }

    private static RegistryResource Resource(AttachmentSandbox sandbox, string tag) => new()
    {
        Metadata = new ObjectMeta { Namespace = "team", Name = "app", Uid = "1", Generation = 1 },
        Spec = new RegistrySpec
        {
            Url = sandbox.Registry.Url.GetLeftPart(UriPartial.Authority),
            Repository = AttachmentSandbox.Repository,
            TagFilter = new TagFilterSpec { Include = $"^{tag}$" },
            Scanners = [new CustomScannerSpec { Name = "attachments" }],
            ScanConfig = new ScanConfigSpec { RetryAttempts = 0, Concurrency = 1 },
        },
    };

    private static async Task<RegistryStatus> ScanAsync(Engine engine, RegistryResource resource, RoundMemory.Entry memory) =>
        (await engine.Round.RunAsync(resource, new ManifestSecrets([]), memory, progress: null, publish: null, Cancel)).Status;

    private Task<Engine> StartAsync() => _plugins.StartEngineAsync(_data, _time, Cancel);

    [GeneratedRegex(@"\.(sig|att|sbom) (200|404)$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex ProbePattern();
}
