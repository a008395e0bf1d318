using BuildStatements;
using RegistryOperator.Abstractions.Provenance;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Testing.Attachments;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace Samples.Tests;

public sealed class BuildStatementTests : IDisposable
{
    private static readonly BuildProvenance None = new() { SlsaLevel = 0 };

    private readonly HttpClient _http = new();
    private readonly TestImage _image = new ImageBuilder().Build();

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose() => _http.Dispose();

    [Fact]
    public async Task Scan_ProvenanceOfTheImage_IsTold() =>
        (await ScanAsync(Statements.Provenance(_image))).ShouldBe(new BuildProvenance
        {
            Builder = "https://ci.example.com/builder",
            SourceRepository = "https://git.example.com/team/app",
            SourceCommit = "0a1b2c",
            SlsaLevel = 1,
        });

    [Fact]
    public async Task Scan_ProvenanceOfAnotherImage_IsNone() =>
        (await ScanAsync(Statements.Provenance(new ImageBuilder().WithLabel("other", "yes").Build()))).ShouldBe(None);

    [Theory]
    [InlineData("{}")]
    [InlineData("not JSON")]
    [InlineData("""{"predicateType":"https://slsa.dev/provenance/v1","subject":"none"}""")]
    public async Task Scan_SomethingElse_IsNone(string statement) => (await ScanAsync(statement)).ShouldBe(None);

    [Fact]
    public async Task Scan_StatementOfAnotherKind_IsNone() =>
        (await ScanAsync(Statements.Provenance(_image, "https://spdx.dev/Document"))).ShouldBe(None);

    private async Task<BuildProvenance> ScanAsync(string statement)
    {
        await using var registry = await InMemoryRegistry.StartAsync(Stop);
        registry.Add("team/app", "1.0.0", _image);
        registry.Add("team/app", tag: null, Statements.Artifact(_image, statement));
        var client = new PlainRegistryClient(_http, registry.Repository("team/app"));
        var request = new ImageScanRequest
        {
            Repository = client.Repository,
            Digest = _image.Digest,
            Platform = _image.Platform,
            Client = client,
            Attachments = new RegistryAttachments(client, _image.Digest),
        };
        return (await new BuildStatementScanner().ScanAsync(request, Stop)).ShouldBeOfType<ProvenanceScanResult>().Provenance;
    }
}
