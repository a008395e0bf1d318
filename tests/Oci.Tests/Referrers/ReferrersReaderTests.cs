using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Referrers;
using RegistryOperator.Oci.Tests.Support;

namespace RegistryOperator.Oci.Tests.Referrers;

public sealed class ReferrersReaderTests
{
    private const string Sbom = "application/x-sbom";
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly Digest Subject = Digest.Compute("subject"u8);
    private static readonly string ApiPath = $"/v2/a/b/referrers/{Subject}";
    private static readonly string FallbackPath = $"/v2/a/b/manifests/sha256-{Subject.Encoded}";

    [Fact]
    public async Task ListReferrersAsync_Api_ReadsAllPages()
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            var isFirst = !context.Request.Query.ContainsKey("page");
            if (isFirst) context.Response.Headers.Link = $"<{ApiPath}?page=2>; rel=\"next\"";
            return IndexAsync(context, isFirst ? Sbom : "application/x-other");
        });
        using var provider = TestClient.Provider();

        var types = (await provider.For(server.Url).ListReferrersAsync(Subject, null, None).ToListAsync()).Select(referrer => referrer.ArtifactType);

        types.ShouldBe([Sbom, "application/x-other"]);
    }

    [Theory]
    [InlineData(true, 3)]
    [InlineData(false, 1)]
    public async Task ListReferrersAsync_ArtifactType_IsFilteredHereUnlessTheRegistryDid(bool isFiltered, int expected)
    {
        await using var server = await FaultServer.StartAsync(context =>
        {
            if (isFiltered) context.Response.Headers["OCI-Filters-Applied"] = "artifactType";
            return IndexAsync(context, Sbom, "application/x-other", "");
        });
        using var provider = TestClient.Provider();

        var referrers = await provider.For(server.Url).ListReferrersAsync(Subject, Sbom, None).ToListAsync();

        referrers.Count.ShouldBe(expected);
        server.Requests.ShouldBe([$"GET {ApiPath}?artifactType=application%2Fx-sbom"]);
    }

    [Fact]
    public async Task ListReferrersAsync_NoApi_UsesTheFallbackTagAndRemembersForAnHour()
    {
        var clock = new FakeTimeProvider();
        await using var server = await FaultServer.StartAsync(context =>
            context.Request.Path == FallbackPath
                ? IndexAsync(context, Sbom, "application/x-other")
                : Answers.JsonAsync(context, "404 page not found", 404, "text/plain"));
        using var provider = TestClient.Provider(clock);
        var client = provider.For(server.Url, retry: TestClient.PatientRetries);

        (await client.ListReferrersAsync(Subject, Sbom, None).ToListAsync()).Count.ShouldBe(1);
        (await client.ListReferrersAsync(Subject, null, None).ToListAsync()).Count.ShouldBe(2);
        server.Requests.Count.ShouldBe(3);

        clock.Advance(TimeSpan.FromMinutes(61));
        await client.ListReferrersAsync(Subject, null, None).ToListAsync();
        server.Requests.Count.ShouldBe(5);
    }

    [Fact]
    public async Task ListReferrersAsync_WebPageInsteadOfTheApi_UsesTheFallbackTag()
    {
        await using var server = await FaultServer.StartAsync(context =>
            context.Request.Path == FallbackPath ? IndexAsync(context, Sbom) : Answers.JsonAsync(context, "<html></html>", 200, "text/html"));
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ListReferrersAsync(Subject, null, None).ToListAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task ListReferrersAsync_NeitherApiNorFallback_IsEmpty()
    {
        await using var server = await FaultServer.StartAsync(context => Answers.ErrorAsync(context, 404, "MANIFEST_UNKNOWN", "manifest unknown"));
        using var provider = TestClient.Provider();

        (await provider.For(server.Url).ListReferrersAsync(Subject, null, None).ToListAsync()).ShouldBeEmpty();
    }

    [Fact]
    public async Task ListReferrersAsync_UnknownRepository_DoesNotCountAsALackOfTheApi()
    {
        await using var server = await FaultServer.StartAsync(context => context.Request.Path.StartsWithSegments("/v2/none", StringComparison.Ordinal)
            ? Answers.ErrorAsync(context, 404, "NAME_UNKNOWN", "unknown")
            : IndexAsync(context, Sbom));
        using var provider = TestClient.Provider();

        (await provider.For(server.Url, repository: "none/such").ListReferrersAsync(Subject, null, None).ToListAsync()).ShouldBeEmpty();
        await provider.For(server.Url).ListReferrersAsync(Subject, null, None).ToListAsync();

        server.Requests.Last().ShouldBe($"GET {ApiPath}");
    }

    [Fact]
    public async Task ListReferrersAsync_FallbackTagOnAnImage_IsAnInvalidResponse()
    {
        await using var server = await FaultServer.StartAsync(context =>
            context.Request.Path == FallbackPath ? Answers.ManifestAsync(context) : Answers.JsonAsync(context, "", 404, "text/plain"));
        using var provider = TestClient.Provider();

        var error = await provider.For(server.Url).ListReferrersAsync(Subject, null, None).ToListAsync().ShouldFailAsync();

        error.Kind.ShouldBe(RegistryErrorKind.InvalidResponse);
    }

    [Fact]
    public void FallbackTag_LongDigestOrStrangeAlgorithm_IsCutAndCleaned()
    {
        ReferrersReader.FallbackTag(Digest.Parse("sha512:" + new string('a', 128))).ShouldBe("sha512-" + new string('a', 64));
        ReferrersReader.FallbackTag(Digest.Parse("sha256+b64u:A=_")).ShouldBe("sha256-b64u-A-_");
    }

    private static Task IndexAsync(HttpContext context, params string[] types)
    {
        var manifests = types.Select((type, i) =>
            $$"""{"mediaType":"{{MediaTypes.OciManifest}}","digest":"{{DigestOf($"{type}{i}")}}","size":1,"artifactType":"{{type}}"}""");
        var index = $$"""{"schemaVersion":2,"mediaType":"{{MediaTypes.OciIndex}}","manifests":[{{string.Join(',', manifests)}}]}""";
        return Answers.JsonAsync(context, index, contentType: MediaTypes.OciIndex);

        static Digest DigestOf(string text) => Digest.Compute(Encoding.UTF8.GetBytes(text));
    }
}
