using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Web;
using RegistryOperator.Reports;
using RegistryOperator.Tests.ReportStores;
using static RegistryOperator.Tests.ReportStores.SampleReports;

namespace RegistryOperator.Host.Tests.Web;

/// <summary>The reports over HTTP, on a real server.</summary>
public sealed class ReportEndpointsTests : IAsyncLifetime
{
    private const string Main = "{ \"main\": \"äöü äöü äöü äöü äöü äöü äöü äöü\" }\n";

    private readonly ReportSandbox _sandbox = new();
    private IReportStore _store = null!;
    private WebApplication _server = null!;
    private HttpClient _client = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var store = _store = await _sandbox.OpenAsync();
        var platforms = new Dictionary<string, Digest> { ["linux/amd64"] = Image("a"), ["linux/arm64/v8"] = Image("b") };
        var image = new StoredImage("registry.example.com/web", "1.0", Image("index"), platforms);
        await store.SetImagesAsync(Shop, [image], Token);
        foreach (var name in new[] { "a", "b" })
        {
            await store.SaveAsync(SampleReports.Vulnerabilities(Image(name), Found("CVE-2026-1", "bash", "5.0")) with { Documents = [Document(Main)] }, Token);
            await store.SaveAsync(
                New(Image(name), ScannerKind.Sbom, "trivy") with { Documents = [Document("{\"sbom\":1}", SbomMediaTypes.CycloneDxJson)] }, Token);
        }

        await store.SaveAsync(
            Sbom(Image("a")) with
            {
                Documents = [Document("{\"syft\":1}", SbomMediaTypes.SyftJson), Document("{\"spdx\":1}", SbomMediaTypes.SpdxJson)],
            },
            Token);

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseUrls("http://127.0.0.1:0");
        builder.Services.AddLogging(logging => logging.ClearProviders());
        builder.Services.AddRoutingCore();
        _server = builder.Build();
        _server.MapReports(() => store);
        await _server.StartAsync(Token);
        _client = new HttpClient { BaseAddress = new Uri(_server.Urls.Single() + "/api/v1/") };
    }

    public async ValueTask DisposeAsync()
    {
        _client.Dispose();
        await _server.DisposeAsync();
        await _sandbox.DisposeAsync();
    }

    [Fact]
    public async Task Reports_Platform_ListsItsReports()
    {
        var reports = await GetJsonAsync($"reports/{Image("a")}");

        reports.EnumerateArray().Select(report => $"{report.GetProperty("kind")} {report.GetProperty("scanner")}")
            .ShouldBe(["sbom syft", "sbom trivy", "vulnerability trivy"]);
        var last = reports[2];
        last.GetProperty("digest").GetString().ShouldBe(Image("a").ToString());
        last.GetProperty("platform").GetString().ShouldBe("linux/amd64");
        last.GetProperty("toolVersion").GetString().ShouldBe("0.68.2");
        last.GetProperty("databaseVersion").GetString().ShouldBe("2026-01-01");
        last.GetProperty("method").GetString().ShouldBe("image");
        last.GetProperty("created").GetDateTimeOffset().ShouldBe(DateTimeOffset.Parse("2026-01-02T03:00:00.1234567Z"));
        last.GetProperty("documents")[0].GetProperty("mediaType").GetString().ShouldBe("application/json");
        last.GetProperty("documents")[0].GetProperty("size").GetInt64().ShouldBe(System.Text.Encoding.UTF8.GetByteCount(Main));
    }

    [Fact]
    public async Task Reports_ScannerThatJudges_ListsItsVerdictAndFigures()
    {
        var judged = """{"values":{},"verdict":"Failed","figures":{"forbidden":2.5}}"""u8.ToArray();
        foreach (var (scanner, summary) in new[] { ("judge", judged), ("teller", "{}"u8.ToArray()) })
        {
            var report = New(Image("judged"), ScannerKind.Custom, scanner);
            await _store.SaveAsync(report with { Report = report.Report with { Summary = summary } }, Token);
        }

        var reports = await GetJsonAsync($"reports/{Image("judged")}");

        reports[0].GetProperty("verdict").GetString().ShouldBe("Failed");
        reports[0].GetProperty("figures").GetProperty("forbidden").GetDouble().ShouldBe(2.5);
        (reports[1].TryGetProperty("verdict", out _), reports[1].TryGetProperty("figures", out _)).ShouldBe((false, false));
    }

    [Fact]
    public async Task Reports_Index_ListsThoseOfAllPlatforms() => (await GetJsonAsync($"reports/{Image("index")}")).GetArrayLength().ShouldBe(5);

    [Fact]
    public async Task Document_ClientWithoutCodings_IsUnpacked()
    {
        using var response = await GetAsync($"reports/{Image("a")}/trivy?kind=vulnerability");

        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.ToString().ShouldBe("application/json");
        response.Content.Headers.ContentEncoding.ShouldBeEmpty();
        (await response.Content.ReadAsStringAsync(Token)).ShouldBe(Main);
    }

    [Theory]
    [InlineData("gzip, br", true)]
    [InlineData("br;q=0.5", true)]
    [InlineData("br;q=0, gzip", false)]
    [InlineData("gzip", false)]
    public async Task Document_ClientThatTakesBrotli_IsSentAsStored(string accepted, bool asStored)
    {
        using var response = await GetAsync($"reports/{Image("a")}/trivy?kind=vulnerability", request => request.Headers.Add("Accept-Encoding", accepted));

        response.Content.Headers.ContentEncoding.ShouldBe(asStored ? ["br"] : []);
        response.Headers.Vary.ShouldBe(["Accept-Encoding"]);
        await using var body = await response.Content.ReadAsStreamAsync(Token);
        using var reader = new StreamReader(asStored ? new BrotliStream(body, CompressionMode.Decompress) : body);
        (await reader.ReadToEndAsync(Token)).ShouldBe(Main);
    }

    [Theory]
    [InlineData("")]
    [InlineData("br")]
    public async Task Document_UnchangedSinceLastTime_IsNotSentAgain(string accepted)
    {
        var path = $"reports/{Image("a")}/trivy?kind=vulnerability";
        using var first = await GetAsync(path, request => request.Headers.Add("Accept-Encoding", accepted));
        using var second = await GetAsync(path, request =>
        {
            request.Headers.Add("Accept-Encoding", accepted);
            request.Headers.IfNoneMatch.Add(first.Headers.ETag!);
        });
        using var other = await GetAsync(path, request => request.Headers.IfNoneMatch.Add(new EntityTagHeaderValue("\"other\"")));

        second.StatusCode.ShouldBe(HttpStatusCode.NotModified);
        second.Headers.ETag.ShouldBe(first.Headers.ETag);
        other.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("trivy?kind=sbom", "application/vnd.cyclonedx+json", "{\"sbom\":1}")]
    [InlineData("trivy?kind=sbom&format=cyclonedx", "application/vnd.cyclonedx+json", "{\"sbom\":1}")]
    [InlineData("syft", "application/vnd.syft+json", "{\"syft\":1}")]
    [InlineData("syft?format=spdx", "application/spdx+json", "{\"spdx\":1}")]
    public async Task Document_KindAndFormat_PickIt(string what, string mediaType, string content)
    {
        using var response = await GetAsync($"reports/{Image("a")}/{what}");

        response.Content.Headers.ContentType!.ToString().ShouldBe(mediaType);
        (await response.Content.ReadAsStringAsync(Token)).ShouldBe(content);
    }

    [Fact]
    public async Task Document_Sarif_IsMadeFromTheVulnerabilities()
    {
        using var response = await GetAsync($"reports/{Image("index")}/trivy?kind=vulnerability&platform=linux/arm64&format=sarif");

        response.Content.Headers.ContentType!.ToString().ShouldBe("application/sarif+json");
        (await response.Content.ReadAsStringAsync(Token)).ShouldContain("CVE-2026-1");
    }

    [Theory]
    [InlineData("reports/{none}", 404, "no report about")]
    [InlineData("reports/{a}/grype", 404, "no such report of grype")]
    [InlineData("reports/{a}/syft?format=cyclonedx", 404, "application/spdx+json of syft")]
    [InlineData("reports/{a}/syft?format=sarif", 404, "no vulnerability report")]
    [InlineData("reports/{a}/syft?format=xml", 400, "format=xml")]
    [InlineData("reports/{a}/trivy", 409, "?kind=")]
    [InlineData("reports/latest", 400, "'latest' is not a digest")]
    [InlineData("search", 400, "Say what to search for")]
    [InlineData("search?q=bash@%5E1", 400, "'^1'")]
    public async Task Reports_NothingToAnswer_IsAProblemInJson(string path, int status, string detail)
    {
        using var response = await GetAsync(path);

        ((int)response.StatusCode).ShouldBe(status);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/problem+json");
        using var problem = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token));
        problem.RootElement.GetProperty("status").GetInt32().ShouldBe(status);
        problem.RootElement.GetProperty("title").GetString().ShouldNotBeNullOrEmpty();
        problem.RootElement.GetProperty("detail").GetString()!.ShouldContain(detail);
    }

    [Fact]
    public async Task Search_Query_GivesTheHits()
    {
        (await GetJsonAsync("search?q=CVE-2026-1")).EnumerateArray().Select(hit => hit.GetProperty("platform").GetString())
            .ShouldBe(["linux/amd64", "linux/arm64/v8"]);
        (await GetJsonAsync("search?q=bash%40%3C5.1")).GetArrayLength().ShouldBe(2);
        (await GetJsonAsync("search?q=none")).GetArrayLength().ShouldBe(0);
    }

    [Theory]
    [InlineData("reports/{a}")]
    [InlineData("reports/{a}/trivy?kind=vulnerability")]
    [InlineData("reports/{a}/trivy?kind=vulnerability&format=sarif")]
    [InlineData("search?q=bash")]
    [InlineData("search")]
    [InlineData("reports/{none}")]
    public async Task Reports_AnyAnswer_IsNoPageForABrowser(string path)
    {
        using var response = await GetAsync(path);

        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
        response.Content.Headers.ContentType!.MediaType.ShouldStartWith("application/");
    }

    [Theory]
    [InlineData("trivy?kind=vulnerability", "")]
    [InlineData("trivy?kind=vulnerability", "br")]
    [InlineData("trivy?kind=vulnerability&format=sarif", "")]
    public async Task Document_Answer_TellsItsLength(string what, string accepted)
    {
        using var response = await GetAsync($"reports/{Image("a")}/{what}", request => request.Headers.Add("Accept-Encoding", accepted));

        // Without the header, it would be sent in chunks.
        response.Headers.TransferEncodingChunked.ShouldNotBe(true);
        response.Content.Headers.ContentLength.ShouldBe((await response.Content.ReadAsByteArrayAsync(Token)).Length);
        if (what.EndsWith("vulnerability", StringComparison.Ordinal) && accepted.Length == 0)
            response.Content.Headers.ContentLength.ShouldBe(System.Text.Encoding.UTF8.GetByteCount(Main));
    }

    [Fact]
    public async Task Document_EachCoding_HasATagOfItsOwn()
    {
        var path = $"reports/{Image("a")}/trivy?kind=vulnerability";
        using var plain = await GetAsync(path);
        using var packed = await GetAsync(path, request => request.Headers.Add("Accept-Encoding", "br"));
        using var crossed = await GetAsync(path, request => request.Headers.IfNoneMatch.Add(packed.Headers.ETag!));

        plain.Headers.ETag!.Tag.ShouldBe($"\"{Digest.Compute(System.Text.Encoding.UTF8.GetBytes(Main))}\"");
        plain.Headers.ETag.IsWeak.ShouldBeFalse();
        packed.Headers.ETag.ShouldNotBe(plain.Headers.ETag);
        crossed.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Theory]
    [InlineData("*", 304)]
    [InlineData("W/{tag}", 304)]
    [InlineData("\"other\", {tag}", 304)]
    [InlineData("{tag}", 304)]
    [InlineData("W/\"other\"", 200)]
    [InlineData("nonsense", 200)]
    public async Task Document_WhatTheClientKnows_IsComparedByTag(string known, int status)
    {
        foreach (var path in new[] { $"reports/{Image("a")}/trivy?kind=vulnerability", $"reports/{Image("a")}/trivy?kind=vulnerability&format=sarif" })
        {
            using var first = await GetAsync(path);
            using var second = await GetAsync(
                path, request => request.Headers.TryAddWithoutValidation("If-None-Match", known.Replace("{tag}", first.Headers.ETag!.ToString())));

            ((int)second.StatusCode).ShouldBe(status, path);
            (await second.Content.ReadAsByteArrayAsync(Token)).Length
                .ShouldBe(status == 304 ? 0 : (await first.Content.ReadAsByteArrayAsync(Token)).Length, path);
            second.Headers.ETag.ShouldBe(first.Headers.ETag);
        }
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PUT")]
    [InlineData("DELETE")]
    [InlineData("PATCH")]
    public async Task Reports_OtherMethods_AreNotAllowed(string method)
    {
        foreach (var path in new[] { $"reports/{Image("a")}", $"reports/{Image("a")}/syft", "search?q=bash" })
        {
            using var request = new HttpRequestMessage(new HttpMethod(method), path);
            using var response = await _client.SendAsync(request, Token);
            response.StatusCode.ShouldBe(HttpStatusCode.MethodNotAllowed, path);
        }
    }

    [Theory]
    [InlineData("reports/{a}?platform=linux/amd64", 3)]
    [InlineData("reports/{index}?platform=linux/amd64", 3)]
    [InlineData("reports/{index}?platform=linux/arm64", 2)]
    [InlineData("reports/{index}?platform=LINUX/ARM64/v8", 2)]
    [InlineData("reports/{index}?platform=", 5)]
    [InlineData("reports/{index}?platform=linux/arm", 0)]
    [InlineData("reports/{a}?platform=linux/arm64", 0)]
    public async Task Reports_Platform_PicksItsReports(string path, int count)
    {
        using var response = await GetAsync(path.Replace("{a}", Image("a").ToString()).Replace("{index}", Image("index").ToString()));

        response.StatusCode.ShouldBe(count == 0 ? HttpStatusCode.NotFound : HttpStatusCode.OK);
        if (count == 0) return;
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token));
        json.RootElement.GetArrayLength().ShouldBe(count);
    }

    [Theory]
    [InlineData("trivy?kind=", 409, "2 reports fit: trivy (sbom) on linux/amd64, trivy (vulnerability) on linux/amd64")]
    [InlineData("trivy?kind=drift", 404, "There are: syft (sbom) on linux/amd64, trivy (sbom) on linux/amd64, trivy (vulnerability) on linux/amd64")]
    [InlineData("Trivy", 404, "no such report of Trivy")]
    [InlineData("syft?kind=sbom&format=", 200, "")]
    [InlineData("syft?format=json", 400, "format=json: there are sarif, cyclonedx and spdx")]
    [InlineData("trivy?format=sarif&kind=sbom", 404, "no vulnerability report")]
    public async Task Document_Choice_NamesWhatThereIs(string what, int status, string detail)
    {
        using var response = await GetAsync($"reports/{Image("a")}/{what}");

        ((int)response.StatusCode).ShouldBe(status);
        (await response.Content.ReadAsStringAsync(Token)).ShouldContain(detail);
    }

    [Theory]
    [InlineData("reports/{short}")]
    [InlineData("reports/{upper}")]
    [InlineData("reports/1.0")]
    [InlineData("reports/{short}/syft")]
    public async Task Reports_WhatIsNoWholeDigest_IsRefused(string path)
    {
        using var response = await GetAsync(path
            .Replace("{short}", Image("a").ToString()[..20])
            .Replace("{upper}", "sha256:" + Image("a").Encoded.ToUpperInvariant()));

        response.StatusCode.ShouldBe(HttpStatusCode.BadRequest);
    }

    [Fact]
    public async Task Reports_DigestThatNoResourceHasAnyMore_IsAnsweredFromWhatIsStored()
    {
        await _store.SaveAsync(Sbom(Image("orphan")) with { Documents = [Document("{}", SbomMediaTypes.SyftJson)] }, Token);

        var entry = (await GetJsonAsync($"reports/{Image("orphan")}"))[0];

        entry.GetProperty("digest").GetString().ShouldBe(Image("orphan").ToString());
        entry.TryGetProperty("platform", out _).ShouldBeFalse("it is not known any more");
    }

    [Fact]
    public async Task Reports_List_HasEveryFieldOfAReport()
    {
        var sbom = (await GetJsonAsync($"reports/{Image("a")}"))[0];

        sbom.EnumerateObject().Select(field => field.Name).ShouldBe(
            [
                "digest", "platform", "kind", "scanner", "registry", "created", "method", "result",
                "scannerVersion", "toolVersion", "databaseVersion", "documents",
            ],
            ignoreOrder: true);
        (sbom.GetProperty("scannerVersion").GetString(), sbom.GetProperty("result").GetString()).ShouldBe(("1.0.0", "Found"));
        sbom.GetProperty("documents").EnumerateArray().Select(document => document.GetProperty("digest").GetString())
            .ShouldBe([Digest.Compute("{\"syft\":1}"u8).ToString(), Digest.Compute("{\"spdx\":1}"u8).ToString()]);
    }

    private async Task<JsonElement> GetJsonAsync(string path)
    {
        using var response = await GetAsync(path);
        response.StatusCode.ShouldBe(HttpStatusCode.OK);
        response.Content.Headers.ContentType!.MediaType.ShouldBe("application/json");
        using var json = JsonDocument.Parse(await response.Content.ReadAsStringAsync(Token));
        return json.RootElement.Clone();
    }

    private async Task<HttpResponseMessage> GetAsync(string path, Action<HttpRequestMessage>? configure = null)
    {
        path = path.Replace("{a}", Image("a").ToString()).Replace("{none}", Image("none").ToString());
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        configure?.Invoke(request);
        return await _client.SendAsync(request, Token);
    }
}
