using RegistryOperator.Oci.Tests.Support;

namespace RegistryOperator.Oci.Tests.Client;

public sealed class ProviderTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public void Default_Options_AreWhatTheDocumentationSays()
    {
        var options = OciClientOptions.Default;

        options.MaximumConcurrency.ShouldBe(20);
        options.MaximumPause.ShouldBe(TimeSpan.FromMinutes(2));
        options.TagPageSize.ShouldBe(1000);
        options.MaximumTagPageBytes.ShouldBe(48 << 20);
        options.MaximumReferrersBytes.ShouldBe(16 * 1024 * 1024);
        options.MaximumTags.ShouldBe(300_000);
        options.MaximumTagBytes.ShouldBe(64 << 20);
        options.CachedTagBytes.ShouldBe(12 << 20);
        options.ReferrersProbeInterval.ShouldBe(TimeSpan.FromHours(1));
        options.ConnectTimeout.ShouldBe(TimeSpan.FromSeconds(10));
        options.ConnectionPoolIdleTime.ShouldBe(TimeSpan.FromMinutes(10));
        options.MaximumConnectionPools.ShouldBe(64);
        options.UserAgent.ShouldMatch(@"^registry-operator/\d+\.\d+\.\d+ \(\+https://registry\.kubecontroller\.io\)$");
    }

    [Fact]
    public void CreateClient_Request_KnowsItsRepositoryInFull()
    {
        using var provider = TestClient.Provider();

        provider.For(new Uri("https://docker.io"), repository: "nginx").Repository.ToString().ShouldBe("https://registry-1.docker.io/library/nginx");
    }

    [Theory]
    [InlineData("https://registry.example", true)]
    [InlineData("http://registry.example:5000", true)]
    [InlineData("oci://registry.example", false)]
    [InlineData("file:///registry", false)]
    [InlineData("/registry", false)]
    public void CanServe_Url_IsOneOfTheWeb(string url, bool expected)
    {
        using var provider = TestClient.Provider();

        provider.CanServe(new Uri(url, url[0] == '/' ? UriKind.Relative : UriKind.Absolute)).ShouldBe(expected);
    }

    [Fact]
    public void CreateClient_NoRequest_IsRefused()
    {
        using var provider = TestClient.Provider();

        Should.Throw<ArgumentNullException>(() => provider.CreateClient(null!));
    }

    [Fact]
    public async Task CreateClient_HostWrittenInAnotherCase_SharesItsBudget()
    {
        var hanging = new TaskCompletionSource();
        await using var server = await FaultServer.StartAsync(async context =>
        {
            hanging.TrySetResult();
            await Answers.HangAsync(context);
        });
        using var provider = TestClient.Provider(options: OciClientOptions.Default with { MaximumConcurrency = 1 });
        using var cancellation = new CancellationTokenSource();
        var first = provider.For(new Uri($"http://localhost:{server.Url.Port}")).GetManifestAsync("latest", cancellation.Token);
        await hanging.Task;

        var second = provider.For(new Uri($"http://LOCALHOST:{server.Url.Port}"), repository: "other").GetManifestAsync("latest", cancellation.Token);

        await cancellation.CancelAsync();
        await first.ShouldThrowAsync<OperationCanceledException>();
        await second.ShouldThrowAsync<OperationCanceledException>();
        server.Requests.Count.ShouldBe(1);
    }

    [Fact]
    public async Task Dispose_ClientUsedAfterwards_SaysSo()
    {
        await using var server = await FaultServer.StartAsync(Answers.ManifestAsync);
        var provider = TestClient.Provider();
        var client = provider.For(server.Url);
        await client.GetManifestAsync("latest", None);

        provider.Dispose();

        await client.GetManifestAsync("latest", None).ShouldThrowAsync<ObjectDisposedException>();
        await Wait.UntilAsync(() => server.OpenConnections == 0);
    }

    [Theory]
    [InlineData(RequestKind.Tags, "repository 'a/b'")]
    [InlineData(RequestKind.Manifest, "manifest 'latest' of repository 'a/b'")]
    [InlineData(RequestKind.Blob, "blob sha256:")]
    [InlineData(RequestKind.Referrers, "list of referrers of sha256:")]
    public async Task Request_Fails_NamesWhatWasAsked(RequestKind kind, string expected)
    {
        await using var server = await FaultServer.StartAsync(context => Answers.ErrorAsync(context, 403, "DENIED", "no"));
        using var provider = TestClient.Provider();
        var client = provider.For(server.Url);

        Task request = kind switch
        {
            RequestKind.Tags => client.ListTagsAsync(None).ToListAsync(),
            RequestKind.Manifest => client.GetManifestAsync("latest", None),
            RequestKind.Blob => client.OpenBlobAsync(new() { Digest = Answers.ManifestDigest }, None),
            _ => client.ListReferrersAsync(Answers.ManifestDigest, null, None).ToListAsync(),
        };

        (await request.ShouldFailAsync()).Message.ShouldContain("access to " + expected);
    }

    public enum RequestKind
    {
        Tags,
        Manifest,
        Blob,
        Referrers,
    }
}
