using System.Text;
using AdvisoryFeed;
using NSubstitute;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Secrets;
using RegistryOperator.Abstractions.Vulnerabilities;

namespace Samples.Tests;

public class AdvisoryFeedTests
{
    private static readonly SecretKeyReference Token = new() { Name = "feed", Key = "token" };

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, null, "CVE-2026-1 Critical 3.0.12, CVE-2026-2 Medium ")]
    [InlineData(7, null, "CVE-2026-1 Critical 3.0.12")]
    [InlineData(0, "cve-2026-1", "CVE-2026-2 Medium ")]
    public async Task Scan_Options_SayWhichAdvisoriesCount(double minimumScore, string? exempt, string found)
    {
        var options = new AdvisoryFeedOptions
        {
            MinimumScore = minimumScore,
            Exempt = exempt is null ? [] : [new Exemption { Id = exempt, Because = "It does not apply." }],
        };

        var result = await ScanAsync(options, FakeFeed.BetterToken);

        string.Join(", ", result.Vulnerabilities.Select(vulnerability => $"{vulnerability.Id} {vulnerability.Severity} {vulnerability.FixedVersion}"))
            .ShouldBe(found);
    }

    [Fact]
    public async Task Scan_TokenThatIsRefused_TellsWhatToDo()
    {
        var failure = await Should.ThrowAsync<ScanException>(ScanAsync(new AdvisoryFeedOptions(), token: "no such token"));

        failure.Reason.ShouldBe(ScanReasons.Unauthorized);
        failure.Message.ShouldContain("renew the subscription");
    }

    private static async Task<VulnerabilityScanResult> ScanAsync(AdvisoryFeedOptions options, string token)
    {
        await using var feed = await FakeFeed.StartAsync(Stop);
        using var scanner = new AdvisoryFeedScanner();
        var request = new ImageScanRequest
        {
            Repository = new RepositoryReference(new Uri("https://registry.example.com"), "team/app"),
            Digest = Digest.Compute("image"u8),
            Platform = Platform.Parse("linux/amd64"),
            Client = Substitute.For<IRegistryClient>(),
            Secrets = new ScanSecrets([new(Token, Encoding.UTF8.GetBytes(token))]),
        };
        var result = await scanner.ScanAsync(request, options with { Feed = new FeedAddress { Url = feed.Url, Token = Token } }, Stop);
        return result.ShouldBeOfType<VulnerabilityScanResult>();
    }
}
