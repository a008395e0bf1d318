using System.Net;
using Microsoft.AspNetCore.Http;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Testing.Tests.Registries;

public sealed class FaultsTests : IAsyncLifetime
{
    private const string ManifestPath = "/v2/shop/api/manifests/1.0.0";
    private const string TagsPath = "/v2/shop/api/tags/list";
    private readonly TestImage _image = new ImageBuilder().Build();
    private InMemoryRegistry _registry = null!;
    private HttpClient _http = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _registry = await InMemoryRegistry.StartAsync(Stop);
        _registry.Add("shop/api", "1.0.0", _image);
        _http = new HttpClient { BaseAddress = _registry.Url };
    }

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _registry.DisposeAsync();
    }

    [Fact]
    public async Task TooManyRequests_Once_ThenAnswers()
    {
        using var injection = _registry.Inject(Faults.TooManyRequests(TimeSpan.FromSeconds(7)).Times(1));

        using var first = await _http.GetAsync(TagsPath, Stop);
        using var second = await _http.GetAsync(TagsPath, Stop);

        first.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests);
        first.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(7));
        second.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Inject_Disposed_NoLongerStrikes()
    {
        var injection = _registry.Inject(Faults.Status(StatusCodes.Status500InternalServerError, "UNKNOWN"));
        using var broken = await _http.GetAsync(TagsPath, Stop);
        injection.Dispose();
        using var mended = await _http.GetAsync(TagsPath, Stop);

        broken.StatusCode.ShouldBe(HttpStatusCode.InternalServerError);
        (await broken.Content.ReadAsStringAsync(Stop)).ShouldContain("UNKNOWN");
        mended.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Conditions_OtherPath_IsSpared()
    {
        using var injection = _registry.Inject(Faults.Disconnect().OnManifests().After(1));

        using var tags = await _http.GetAsync(TagsPath, Stop);
        using var first = await _http.GetAsync(ManifestPath, Stop);
        await Should.ThrowAsync<HttpRequestException>(() => _http.GetAsync(ManifestPath, Stop));

        tags.StatusCode.ShouldBe(HttpStatusCode.OK);
        first.StatusCode.ShouldBe(HttpStatusCode.OK);
    }

    [Fact]
    public async Task Hang_ClientGivesUp_IsLoggedWithoutStatus()
    {
        using var injection = _registry.Inject(Faults.Hang());
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var call = _http.GetAsync(TagsPath, patience.Token);
        while (_registry.RequestCount == 0) await Task.Yield();
        await patience.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => call);
        while (_registry.Log.Requests.Count == 0) await Task.Yield();
        _registry.Log.Requests.Single().Status.ShouldBe(0);
    }

    [Fact]
    public async Task Truncate_Body_EndsEarly()
    {
        using var injection = _registry.Inject(Faults.Truncate(after: 10));

        using var answer = await _http.GetAsync(ManifestPath, HttpCompletionOption.ResponseHeadersRead, Stop);

        answer.Content.Headers.ContentLength.ShouldBe(_image.Content.Length);
        await Should.ThrowAsync<HttpRequestException>(() => answer.Content.ReadAsByteArrayAsync(Stop));
    }

    [Fact]
    public async Task Corrupt_Body_NoLongerMatchesItsDigest()
    {
        using var injection = _registry.Inject(Faults.Corrupt());

        var body = await _http.GetByteArrayAsync(ManifestPath, Stop);

        body.Length.ShouldBe(_image.Content.Length);
        _image.Digest.Matches(body).ShouldBeFalse();
    }

    [Fact]
    public async Task LieAboutDigest_Header_NamesAnother()
    {
        var other = Digest.Compute("other"u8);
        using var injection = _registry.Inject(Faults.LieAboutDigest(other));

        using var answer = await _http.GetAsync(ManifestPath, Stop);

        answer.Headers.GetValues("Docker-Content-Digest").ShouldBe([other.ToString()]);
    }

    [Fact]
    public async Task OmitDigest_Header_IsAbsent()
    {
        using var injection = _registry.Inject(Faults.OmitDigest());

        using var answer = await _http.GetAsync(ManifestPath, Stop);

        answer.Headers.Contains("Docker-Content-Digest").ShouldBeFalse();
    }

    [Fact]
    public async Task HugeJson_Size_IsSent()
    {
        using var injection = _registry.Inject(Faults.HugeJson(5_000_000));

        (await _http.GetByteArrayAsync(TagsPath, Stop)).Length.ShouldBeGreaterThan(5_000_000);
    }

    [Fact]
    public async Task Redirect_Target_IsAsked()
    {
        await using var target = await InMemoryRegistry.StartAsync(Stop);
        target.Add("shop/api", "2.0.0", _image);
        using var injection = _registry.Inject(Faults.Redirect(target.Url));

        (await _http.GetStringAsync(TagsPath, Stop)).ShouldContain("2.0.0");
        target.RequestCount.ShouldBe(1);
    }

    [Fact]
    public async Task NextPage_Link_IsSet()
    {
        using var injection = _registry.Inject(Faults.NextPage(TagsPath));

        using var answer = await _http.GetAsync(TagsPath, Stop);

        answer.Headers.GetValues("Link").ShouldBe([$"<{TagsPath}>; rel=\"next\""]);
    }
}
