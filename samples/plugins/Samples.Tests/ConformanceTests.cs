using System.Text;
using AdvisoryFeed;
using AttachmentInventory;
using BuildStatements;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Secrets;
using RegistryOperator.Testing.Conformance;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;
using StaleTags;

namespace Samples.Tests;

/// <summary>All the scanners keep the contract, as the kit tries it.</summary>
public sealed class ConformanceTests : IDisposable
{
    private static readonly SecretKeyReference Token = new() { Name = "feed", Key = "token" };

    private readonly HttpClient _http = new();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task AdvisoryFeed_KeepsTheContract()
    {
        await using var feed = await FakeFeed.StartAsync(Stop);
        using var scanner = new AdvisoryFeedScanner();

        await VerifyAsync(scanner, new ScannerConformanceOptions
        {
            ScannerOptions = new AdvisoryFeedOptions { Feed = new FeedAddress { Url = feed.Url, Token = Token } },
            Secrets = new ScanSecrets([new(Token, Encoding.UTF8.GetBytes(FakeFeed.Token))]),
        });
    }

    [Fact]
    public Task AttachmentInventory_KeepsTheContract()
    {
        var image = new ImageBuilder().Build();
        var note = new ArtifactBuilder().WithType("application/vnd.example.note").WithSubject(image.Descriptor).WithFile("text/plain", "Hello").Build();

        return VerifyAsync(new AttachmentInventoryScanner(), new ScannerConformanceOptions { SampleImage = image, Artifacts = [note] });
    }

    [Fact]
    public Task BuildStatements_KeepsTheContract()
    {
        var image = new ImageBuilder().Build();

        return VerifyAsync(new BuildStatementScanner(), new ScannerConformanceOptions { SampleImage = image, Artifacts = [Statements.Artifact(image)] });
    }

    [Fact]
    public Task StaleTags_KeepsTheContract() => VerifyAsync(new StaleTagsScanner(TimeProvider.System), new ScannerConformanceOptions());

    private Task VerifyAsync(IScanner scanner, ScannerConformanceOptions options) =>
        new ScannerConformance(repository => new PlainRegistryClient(_http, repository), options).VerifyAsync(scanner, Stop);
}
