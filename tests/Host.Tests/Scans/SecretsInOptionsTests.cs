using System.Collections.Concurrent;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Hosting;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Tests.Plugins;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Kubernetes.Resources;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Scans;

/// <summary>A scanner of a third party whose options name a Secret, in the whole engine: <c>tests/Fixtures/Subscribed</c>.</summary>
public sealed class SecretsInOptionsTests : IAsyncLifetime
{
    private const string Old = "hunter2-hunter2";
    private const string New = "correct-horse-battery";

    private readonly FakeTimeProvider _time = new(DateTimeOffset.Parse("2026-01-02T03:04:05Z"));
    private readonly PluginSandbox _plugins = new();
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("secrets-");
    private readonly SecretShelf _secrets = new();
    private readonly MessageLog _log = new();
    private RoundMemory.Entry _memory = new();
    private InMemoryRegistry _registry = null!;
    private RegistryResource _resource = null!;
    private Engine _engine = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private VulnerabilitiesStatus Section => _resource.Status!.Images[0].Vulnerabilities!;

    private Condition ScannersReady => _resource.Status!.Conditions.Single(condition => condition.Type == ResourceConditions.ScannersReady);

    public async ValueTask InitializeAsync()
    {
        _plugins.AddFixture("Subscribed");
        _plugins.AddFixture("Scripted");
        _registry = await InMemoryRegistry.StartAsync(Cancel);
        _registry.Add("team/app", "1.0.0", new ImageBuilder().Build());
        _registry.Add("team/app", "1.1.0", new ImageBuilder().WithFillerLayer(100, seed: 1).Build());
        _resource = new RegistryResource
        {
            Metadata = new ObjectMeta { Namespace = "team", Name = "app", Uid = "1", Generation = 1 },
            Spec = new RegistrySpec
            {
                Url = _registry.Url.GetLeftPart(UriPartial.Authority),
                Repository = "team/app",
                ScanConfig = new ScanConfigSpec { RetryAttempts = 0 },
            },
        };
        Use("""{"minimumScore": 5, "feed": {"token": {"name": "feed", "key": "token"}}}""");
        _secrets.Put("team", "feed", ("token", Old));
        await StartAsync();
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        await _registry.DisposeAsync();
        _plugins.Dispose();
        _data.Delete(recursive: true);
    }

    [Fact]
    public async Task Scan_NestedReference_IsHandedToTheScannerAndReadOnceARound()
    {
        await ScanAsync();

        Section.Reason.ShouldBeNull();
        (await MadeWithAsync()).ShouldBe(Old);
        _secrets.Reads.ShouldBe(["team/feed"]);
        (ScannersReady.Status, ScannersReady.Reason).ShouldBe(("True", "Ready"));
    }

    [Fact]
    public async Task Scan_RotatedSecret_MakesResultsDueAndIsUsed()
    {
        await ScanAsync();
        _time.Advance(TimeSpan.FromMinutes(10));
        await ScanAsync();
        Section.LastScanTime.ShouldBe(_time.GetUtcNow() - TimeSpan.FromMinutes(10));
        _secrets.Put("team", "feed", ("token", New));

        await ScanAsync();

        Section.LastScanTime.ShouldBe(_time.GetUtcNow());
        (await MadeWithAsync()).ShouldBe(New);
    }

    [Fact]
    public async Task RunScanners_RotatedBetweenRounds_IsSeen()
    {
        await ScanAsync();
        _secrets.Put("team", "feed", ("token", New));
        _time.Advance(TimeSpan.FromMinutes(10));

        _resource = _resource with { Status = (await _engine.Round.RunScannersAsync(_resource, _secrets, _memory, Cancel)).ShouldNotBeNull() };

        Section.LastScanTime.ShouldBe(_time.GetUtcNow());
        (await MadeWithAsync()).ShouldBe(New);
    }

    [Fact]
    public async Task Scan_RestartWithTheSameDataDirectory_IsNotDue()
    {
        await ScanAsync();
        var made = _time.GetUtcNow();
        await _engine.DisposeAsync();
        await StartAsync();
        _memory = new RoundMemory.Entry();
        _time.Advance(TimeSpan.FromDays(1));

        await ScanAsync();

        (Section.LastScanTime, Section.Reason).ShouldBe((made, null));
        if (!OperatingSystem.IsWindows())
            File.GetUnixFileMode(Path.Combine(_data.FullName, SecretIdentity.FileName)).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Theory]
    [InlineData("no Secret", "spec.vulnerabilityScanning.options.feed.token: Secret 'feed' does not exist in namespace 'team'. Create it or correct the name.")]
    [InlineData("no key", "spec.vulnerabilityScanning.options.feed.token: Secret 'feed' of namespace 'team' has no key 'token'.")]
    [InlineData(
        "forbidden",
        "spec.vulnerabilityScanning.options.feed.token: the operator may not read Secret 'feed' in namespace 'team'. " +
        "Give its ServiceAccount the right to get Secrets there, as deploy/examples/secrets-of-a-namespace.yaml does.")]
    public async Task Scan_SecretThatIsGone_KeepsTheLastResultAndOtherScannersRun(string what, string message)
    {
        _resource = _resource with { Spec = _resource.Spec with { SbomGeneration = new SbomGenerationSpec { Enabled = true } } };
        await ScanAsync();
        var made = _time.GetUtcNow();
        _time.Advance(TimeSpan.FromMinutes(10));
        _registry.Add("team/app", "1.2.0", new ImageBuilder().WithFillerLayer(100, seed: 2).WithCreated(ImageBuilder.DefaultCreated.AddDays(-1)).Build());
        _secrets.Remove("team", "feed");
        if (what == "no key") _secrets.Put("team", "feed", ("other", Old));
        if (what == "forbidden") _secrets.Forbid("team", "feed");

        await ScanAsync();

        (Section.Reason, Section.Message, Section.High, Section.LastScanTime).ShouldBe(("InvalidSecret", message, 1, made));
        (ScannersReady.Status, ScannersReady.Reason, ScannersReady.Message).ShouldBe(("False", "InvalidSecret", message));
        _resource.Status!.LastScanStatus.ShouldBe("Success");
        var added = _resource.Status.Images.Single(image => image.Tag == "1.2.0");
        (added.Vulnerabilities!.Reason, added.Vulnerabilities.LastScanTime, added.Sbom!.TotalPackages).ShouldBe(("InvalidSecret", null, 3));

        _secrets.Put("team", "feed", ("token", Old));
        await ScanAsync();
        _resource.Status.Images.ShouldAllBe(image => image.Vulnerabilities!.Reason == null);
        Section.LastScanTime.ShouldBe(made);
    }

    [Fact]
    public async Task Scan_SecretOfAnotherNamespace_IsNotRead()
    {
        _secrets.Remove("team", "feed");
        _secrets.Put("other", "feed", ("token", Old));

        await ScanAsync();

        Section.Reason.ShouldBe("InvalidSecret");
        _secrets.Reads.ShouldBe(["team/feed"]);
    }

    [Theory]
    [InlineData("""{"feed": {"token": {"name": "feed"}}}""", "spec.vulnerabilityScanning.options.feed.token.key: is required; give it a value.")]
    [InlineData(
        """{"feed": {"token": {"name": "../x", "key": "token"}}}""",
        "spec.vulnerabilityScanning.options.feed.token.name: '../x' cannot be a Secret's name; use lower-case letters, digits, - and .")]
    [InlineData(
        """{"feed": {"tokne": {"name": "feed", "key": "token"}}}""",
        "spec.vulnerabilityScanning.options.feed.tokne: unknown option; did you mean token?")]
    public async Task Scan_ReferenceThatIsNone_IsNoValidOption(string options, string message)
    {
        Use(options);

        await ScanAsync();

        (Section.Reason, Section.Message).ShouldBe(("InvalidOptions", message));
        _secrets.Reads.ShouldBeEmpty();
    }

    [Fact]
    public async Task Scan_ScannerThatQuotesItsSecret_IsShownNowhere()
    {
        Use("""{"fails": true, "feed": {"token": {"name": "feed", "key": "token"}}}""");
        await ScanAsync();
        (Section.Reason, Section.Message).ShouldBe(("FeedRefused", "https://advisories.example.com refuses the token '***': renew the subscription."));
        _secrets.Put("team", "feed", ("other", Old));
        await ScanAsync();

        var shown = new StringBuilder(JsonSerializer.Serialize(_resource, RegistryJson.Resource))
            .AppendLine(_resource.ToString()).AppendJoin('\n', _log.Entries);
        await _engine.DisposeAsync();
        foreach (var file in _data.GetFiles()) shown.Append(Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file.FullName, Cancel)));
        foreach (var form in (string[])[Old, Convert.ToBase64String(Encoding.UTF8.GetBytes(Old)), Digest.Compute(Encoding.UTF8.GetBytes(Old)).Encoded])
            shown.ToString().ShouldNotContain(form);
    }

    private void Use(string options) => _resource = _resource with
    {
        Spec = _resource.Spec with
        {
            VulnerabilityScanning = new VulnerabilityScanningSpec
            {
                Enabled = true,
                Scanner = "feed",
                ScanInterval = 60,
                Options = JsonElement.Parse(options),
            },
        },
    };

    private async Task StartAsync() => _engine = await _plugins.StartEngineAsync(_data, _time, Cancel, new MessageLogFactory(_log));

    private async Task ScanAsync()
    {
        var outcome = await _engine.Round.RunAsync(_resource, _secrets, _memory, progress: null, publish: null, Cancel);
        _resource = _resource with { Status = outcome.Status };
    }

    /// <summary>With which of the secrets the latest result was made, by the digest that the scanner put into its document.</summary>
    private async Task<string?> MadeWithAsync()
    {
        var subject = Digest.Parse(_resource.Status!.Images[0].Digest!);
        var reports = await _engine.Reports!.FindAsync([subject], Cancel);
        var latest = reports.Where(report => report.Key.Kind == ScannerKind.Vulnerability).MaxBy(report => report.Created)!;
        var document = Encoding.UTF8.GetString((await _engine.Reports.ReadDocumentsAsync(latest.Key, Cancel))[0].Content.Span);
        return ((string[])[Old, New]).SingleOrDefault(secret => Digest.Compute(Encoding.UTF8.GetBytes(secret)).ToString() == document);
    }

    private sealed class SecretShelf : ISecretSource
    {
        private readonly ConcurrentDictionary<string, CredentialSecret?> _held = new(StringComparer.Ordinal);

        public ConcurrentQueue<string> Reads { get; } = new();

        public void Put(string @namespace, string name, params (string Key, string Value)[] data) =>
            _held[$"{@namespace}/{name}"] = ScanParts.Secret(name, data) with { Namespace = @namespace };

        public void Forbid(string @namespace, string name) => _held[$"{@namespace}/{name}"] = null;

        public void Remove(string @namespace, string name) => _held.TryRemove($"{@namespace}/{name}", out _);

        public Task<IReadOnlyList<string>?> GetPullSecretsAsync(string @namespace, string serviceAccount, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<string>?>(null);

        public Task<CredentialSecret?> GetSecretAsync(string @namespace, string name, CancellationToken cancellationToken)
        {
            Reads.Enqueue($"{@namespace}/{name}");
            if (!_held.TryGetValue($"{@namespace}/{name}", out var secret)) return Task.FromResult<CredentialSecret?>(null);
            return Task.FromResult(secret ?? throw new SecretForbiddenException("403"))!;
        }
    }
}
