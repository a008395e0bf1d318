using System.Collections.Concurrent;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Secrets;
using RegistryOperator.Testing.Conformance;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Testing.Tests.Conformance;

public sealed class ScannerConformanceTests : IDisposable
{
    private static readonly ScannerConformanceOptions Quick = new()
    {
        ReadinessLimit = TimeSpan.FromMilliseconds(500),
        CancellationLimit = TimeSpan.FromMilliseconds(500),
        ScanLimit = TimeSpan.FromSeconds(5),
    };

    private static readonly ImageScanResult Passed = new() { Result = "Passed" };

    private readonly HttpClient _http = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task VerifyAsync_ProperImageScanner_Passes() => await Conformance().VerifyAsync(new FakeScanner(), Stop);

    [Fact]
    public async Task VerifyAsync_ScannerThatNeedsTheManifest_IsHandedIt()
    {
        var handed = new ConcurrentBag<(bool Manifest, bool Configuration)>();
        var scanner = new FakeScanner
        {
            Descriptor = new ScannerDescriptor("users", new ScannerKind("policy"), "1.0.0") { NeedsManifest = true },
            Scan = (request, token) =>
            {
                token.ThrowIfCancellationRequested();
                handed.Add((request.Manifest?.Digest == request.Digest, request.Configuration?.Os == request.Platform.Os));
                return Task.FromResult(Passed);
            },
        };

        await Conformance().VerifyAsync(scanner, Stop);

        handed.ShouldNotBeEmpty();
        handed.ShouldAllBe(documents => documents.Manifest && documents.Configuration);
    }

    [Fact]
    public async Task VerifyAsync_ProperRegistryScanner_Passes() => await Conformance().VerifyAsync(new FakeRegistryScanner(), Stop);

    [Fact]
    public async Task VerifyAsync_UnavailableScannerWithReasons_Passes() =>
        await Conformance().VerifyAsync(
            new FakeScanner
            {
                Readiness = _ => ValueTask.FromResult(ScannerReadiness.Unavailable("The tool is not installed: install it.")),
                Scan = (_, _) => throw new ScanException(ScanReasons.ScannerUnavailable, "The tool is not installed."),
            },
            Stop);

    [Fact]
    public async Task VerifyAsync_Violations_AreAllNamed()
    {
        var scanner = new FakeScanner
        {
            Descriptor = new ScannerDescriptor("My Scanner", new ScannerKind("Licence"), ""),
            Readiness = _ => ValueTask.FromResult(new ScannerReadiness { IsReady = false }),
        };

        var error = await Should.ThrowAsync<ConformanceException>(() => Conformance().VerifyAsync(scanner, Stop));

        error.Violations.Count.ShouldBe(4);
        error.Message.ShouldContain("'My Scanner' is not lower case");
        error.Message.ShouldContain("'Licence' is not a lower-case word");
        error.Message.ShouldContain("version is empty");
        error.Message.ShouldContain("but not why");
    }

    public static TheoryData<string, Func<ImageScanRequest, CancellationToken, Task<ImageScanResult>>> BadScans => new()
    {
        { "empty verdict", (_, _) => Task.FromResult(new ImageScanResult { Result = " " }) },
        { "returned null", (_, _) => Task.FromResult<ImageScanResult>(null!) },
        {
            "a document is empty",
            (_, _) => Task.FromResult(new ImageScanResult { Result = "Passed", Documents = [new ReportDocument("text/plain", default)] })
        },
        { "media type is 'json'", (_, _) => Task.FromResult(new ImageScanResult { Result = "Passed", Documents = [new ReportDocument("json", new byte[1])] }) },
        { "the figure 'age' is NaN", (_, _) => Task.FromResult(Passed with { Figures = new Dictionary<string, double> { ["age"] = double.NaN } }) },
        { "a figure has an empty name", (_, _) => Task.FromResult(Passed with { Figures = new Dictionary<string, double> { [""] = 1 } }) },
        { "failed with InvalidOperationException", (_, _) => throw new InvalidOperationException("no") },
        { "the reason 'it broke'", (_, _) => throw new ScanException("it broke", "It broke.") },
        { "without a message", (_, _) => throw new ScanException(ScanReasons.Failed, "") },
        { "did not end within", (_, _) => new TaskCompletionSource<ImageScanResult>().Task },
        { "instead of OperationCanceledException", FailOnCancellationAsync },
    };

    [Theory]
    [MemberData(nameof(BadScans), DisableDiscoveryEnumeration = true)]
    public async Task VerifyAsync_BadScan_IsNamed(string sentence, Func<ImageScanRequest, CancellationToken, Task<ImageScanResult>> scan)
    {
        var conformance = Conformance(Quick with { ScanLimit = TimeSpan.FromMilliseconds(500) });

        var error = await Should.ThrowAsync<ConformanceException>(() => conformance.VerifyAsync(new FakeScanner { Scan = scan }, Stop));

        error.Message.ShouldContain(sentence);
    }

    [Fact]
    public async Task VerifyAsync_BlockingReadiness_IsNamed()
    {
        using var never = new ManualResetEventSlim();
        var scanner = new FakeScanner
        {
            Readiness = _ =>
            {
                never.Wait(CancellationToken.None);
                return ValueTask.FromResult(ScannerReadiness.Ready());
            },
        };

        var error = await Should.ThrowAsync<ConformanceException>(() => Conformance().VerifyAsync(scanner, Stop));
        never.Set();

        error.Message.ShouldContain("The readiness check had not ended after 0.5 s.");
    }

    [Theory]
    [InlineData("vulnerability", "returns a VulnerabilityScanResult")]
    [InlineData("sbom", "returns a document of one of SbomMediaTypes")]
    [InlineData("provenance", "returns a ProvenanceScanResult")]
    public async Task VerifyAsync_ImageResultOfAnotherKind_IsNamed(string kind, string sentence)
    {
        var scanner = new FakeScanner { Descriptor = new ScannerDescriptor("layer-count", new ScannerKind(kind), "1.0.0") };

        (await Conformance().FindViolationsAsync(scanner, Stop)).ShouldContain(violation => violation.Contains(sentence, StringComparison.Ordinal));
    }

    [Fact]
    public async Task VerifyAsync_RegistryResultOfAnotherKind_IsNamed()
    {
        var scanner = new FakeRegistryScanner { Descriptor = new ScannerDescriptor("tag-count", ScannerKind.Drift, "1.0.0") };

        (await Conformance().FindViolationsAsync(scanner, Stop))
            .ShouldContain(violation => violation.Contains("returns a DriftScanResult", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("vulnerability", true)]
    [InlineData("sbom", true)]
    [InlineData("provenance", false)]
    [InlineData("custom", false)]
    public async Task VerifyAsync_OneScanForAllPlatforms_IsNamedWhereResultsAreAPlatforms(string kind, bool isNamed)
    {
        var scanner = new FakeScanner { Descriptor = new ScannerDescriptor("layer-count", new ScannerKind(kind), "1.0.0") { Subject = ScanSubject.Image } };

        (await Conformance().FindViolationsAsync(scanner, Stop))
            .Any(violation => violation.StartsWith("The subject is Image", StringComparison.Ordinal)).ShouldBe(isNamed);
    }

    [Fact]
    public async Task VerifyAsync_TypedScannerWithoutItsOptionsType_IsNamed() =>
        (await Conformance().FindViolationsAsync(new FakeTypedScanner(), Stop))
            .ShouldBe(["The options type is null: IImageScanner<FakeOptions> is handed FakeOptions."]);

    [Fact]
    public async Task VerifyAsync_SecretsOfTheOptions_AreHandedOver()
    {
        var token = new SecretKeyReference { Name = "scanner", Key = "token" };
        var scanner = new FakeScanner { Scan = (request, _) => Task.FromResult(new ImageScanResult { Result = request.Secrets.GetText(token) }) };
        var options = Quick with { Secrets = new ScanSecrets([new(token, "s3cret"u8.ToArray())]) };

        await Conformance(options).VerifyAsync(scanner, Stop);
    }

    [Fact]
    public async Task VerifyAsync_NeitherKind_IsNamed()
    {
        var error = await Should.ThrowAsync<ConformanceException>(() => Conformance().VerifyAsync(new FakeRootScanner(), Stop));

        error.Message.ShouldContain("the host would never call it");
    }

    private ScannerConformance Conformance(ScannerConformanceOptions? options = null) =>
        new(repository => new PlainRegistryClient(_http, repository), options ?? Quick);

    private static async Task<ImageScanResult> FailOnCancellationAsync(ImageScanRequest request, CancellationToken cancellationToken)
    {
        try
        {
            await request.Client.GetManifestAsync(request.Digest.ToString(), cancellationToken);
            return new ImageScanResult { Result = "Passed" };
        }
        catch (OperationCanceledException error)
        {
            throw new ScanException(ScanReasons.TimedOut, "Cancelled.", error);
        }
    }
}
