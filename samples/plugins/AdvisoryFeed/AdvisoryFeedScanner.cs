using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;

namespace AdvisoryFeed;

/// <summary>Asks a service, which takes a token, what it knows of an image by its digest: <c>GET URL/sha256:…</c>.</summary>
public sealed class AdvisoryFeedScanner : IImageScanner<AdvisoryFeedOptions>, IDisposable
{
    private const int MaximumAnswer = 16 * 1024 * 1024;

    private readonly HttpClient _http = new() { MaxResponseContentBufferSize = MaximumAnswer };

    public ScannerDescriptor Descriptor { get; } = new("advisory-feed", ScannerKind.Vulnerability, "1.0.0")
    {
        Description = "Advisories of a subscription.",
        OptionsType = typeof(AdvisoryFeedOptions),
    };

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult(ScannerReadiness.Ready());
    }

    public async Task<ImageScanResult> ScanAsync(ImageScanRequest request, AdvisoryFeedOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(options);
        var token = options.Feed.Token is { } reference ? request.Secrets.GetText(reference) : null;
        var advisories = await AskAsync($"{options.Feed.Url.TrimEnd('/')}/{request.Digest}", token, cancellationToken);
        var exempt = options.Exempt.Select(exemption => exemption.Id).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return new VulnerabilityScanResult
        {
            Result = "Compared",
            Vulnerabilities =
            [
                .. advisories
                    .Where(advisory => !exempt.Contains(advisory.Id) && advisory.Score >= options.MinimumScore)
                    .Select(advisory => advisory.ToVulnerability()),
            ],
            Documents = [new ReportDocument("application/json", JsonSerializer.SerializeToUtf8Bytes(advisories, JsonSerializerOptions.Web))],
        };
    }

    public void Dispose() => _http.Dispose();

    private async Task<Advisory[]> AskAsync(string url, string? token, CancellationToken cancellationToken)
    {
        using var question = new HttpRequestMessage(HttpMethod.Get, url);
        if (token is not null) question.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        try
        {
            using var answer = await _http.SendAsync(question, cancellationToken);
            if (answer.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden)
                throw new ScanException(ScanReasons.Unauthorized, $"{url} refuses the token: renew the subscription, and put the new token into the Secret.");
            answer.EnsureSuccessStatusCode();
            return await answer.Content.ReadFromJsonAsync<Advisory[]>(cancellationToken) ?? [];
        }
        catch (HttpRequestException failure)
        {
            throw new ScanException(ScanReasons.ScannerUnavailable, $"The advisories can't be had: {failure.Message}", failure);
        }
        catch (JsonException invalid)
        {
            throw new ScanException(ScanReasons.InvalidContent, $"{url} answers with something else than advisories: {invalid.Message}", invalid);
        }
    }
}

/// <summary>An advisory as the service tells it.</summary>
internal sealed record Advisory(string Id, double Score, string Package, string Version, string? FixedIn)
{
    /// <summary>Rated as by CVSS (<see href="https://www.first.org/cvss/v3-1/specification-document#Qualitative-Severity-Rating-Scale"/>).</summary>
    public Vulnerability ToVulnerability() => new()
    {
        Id = Id,
        Severity = Score switch { >= 9 => Severity.Critical, >= 7 => Severity.High, >= 4 => Severity.Medium, > 0 => Severity.Low, _ => Severity.Unknown },
        Package = Package,
        InstalledVersion = Version,
        FixedVersion = FixedIn,
        CvssScore = Score,
    };
}
