using System.Text;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;

namespace Fixtures.Subscribed;

/// <summary>Asks a feed that takes a token. There is no feed here: the result says with which token it would have been asked, by a digest of it.</summary>
public sealed class FeedScanner : IImageScanner<FeedOptions>
{
    public ScannerDescriptor Descriptor { get; } = new("feed", ScannerKind.Vulnerability, "1.0.0")
    {
        Description = "Advisories of a subscription.",
        OptionsType = typeof(FeedOptions),
        IsRepeatable = true,
    };

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) =>
        ValueTask.FromResult(ScannerReadiness.Ready() with { DatabaseVersion = "1" });

    public Task<ImageScanResult> ScanAsync(ImageScanRequest request, FeedOptions options, CancellationToken cancellationToken)
    {
        var token = options.Feed.Token is { } reference ? request.Secrets.GetText(reference) : null;
        if (options.Fails) throw new ScanException("FeedRefused", $"{options.Feed.Url} refuses the token '{token}': renew the subscription.");
        return Task.FromResult<ImageScanResult>(new VulnerabilityScanResult
        {
            Result = "Vulnerable",
            Vulnerabilities =
            [
                new Vulnerability
                {
                    Id = "CVE-2026-1",
                    Severity = Severity.High,
                    Package = "openssl",
                    InstalledVersion = "1",
                    CvssScore = options.MinimumScore,
                },
            ],
            Documents = [new ReportDocument("text/plain", Encoding.UTF8.GetBytes(Describe(token)))],
        });
    }

    private static string Describe(string? token) => token is null ? "no token" : Digest.Compute(Encoding.UTF8.GetBytes(token)).ToString();
}
