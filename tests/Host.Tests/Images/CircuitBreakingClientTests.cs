using System.Net;
using System.Text;
using NSubstitute;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Images;

public class CircuitBreakingClientTests
{
    private readonly IRegistryClient _client = Substitute.For<IRegistryClient>();
    private readonly Dictionary<string, Exception> _failing = new(StringComparer.Ordinal);
    private int _requests;

    public CircuitBreakingClientTests()
    {
        _client.Repository.Returns(new RepositoryReference(new Uri("https://r.example"), "shop/api"));
        _client.ResolveAsync(Arg.Any<string>(), Arg.Any<CancellationToken>())
            .Returns(call => Answer(call.Arg<string>(), new Descriptor { Digest = Of(call.Arg<string>()) }));
        _client.GetManifestAsync(Arg.Any<string>(), Arg.Any<CancellationToken>())
            .Returns(call => Answer(call.Arg<string>(), new Manifest { MediaType = MediaTypes.OciManifest, Digest = Of("m"), Content = default }));
        _client.ReadBlobAsync(Arg.Any<Descriptor>(), Arg.Any<long>(), Arg.Any<CancellationToken>())
            .Returns(call => Answer(call.Arg<Descriptor>().Digest.ToString(), new ReadOnlyMemory<byte>([1])));
    }

    /// <summary>
    /// A script of requests: H, T, M, B are HEAD and GET by tag, a manifest by digest, a blob; a number after it names the thing; `!` lets it
    /// fail without an answer, `#` with a 500, `?` gives the answer that it does not exist. A range such as `B1-24!` is one after the other.
    /// </summary>
    [Theory]
    [InlineData("T1! T2!", 1, false)]
    [InlineData("T1! T2! T3!", 1, true)]
    [InlineData("H1! T2! H3!", 1, true)]
    [InlineData("T1! T1! T1! T1!", 1, false)] // one thing, however often
    [InlineData("H1! T1! H1!", 1, false)]
    [InlineData("T1! T2! T3 T4! T5!", 1, false)] // an answer between
    [InlineData("T1! T2! H3 T4! T5!", 1, false)]
    [InlineData("T1! T2! T3? T4! T5!", 1, false)] // "there is none" is an answer, too
    [InlineData("T1! T2! T3? T4! T5! T6!", 1, true)]
    [InlineData("T1! T2! T3 T1! T2! T4!", 1, true)] // what failed before the answer counts anew
    [InlineData("T1! T2! T3! T4!", 5, false)]
    [InlineData("T1! T2! T3! T4! T5!", 5, true)]
    [InlineData("T1-24#", 1, false)] // answers about damaged tags
    [InlineData("T1-25#", 1, true)]
    [InlineData("T1-24# T9 T25-48#", 1, false)]
    [InlineData("H1-24# T1-24#", 1, false)] // one thing, however often
    [InlineData("T1! T2! T3# T4! T5!", 1, false)] // a 500 is an answer
    [InlineData("T1! T2! T3# T4! T5! T6!", 1, true)]
    [InlineData("T1-24# T25! T26! T27!", 1, true)]
    [InlineData("B1-24! B25#", 1, true)]
    [InlineData("M1-24# M25!", 1, true)]
    [InlineData("B1-24!", 1, false)]
    [InlineData("B1-25!", 1, true)]
    [InlineData("M1-24!", 1, false)]
    [InlineData("M1-25!", 1, true)]
    [InlineData("B1-49!", 50, false)]
    [InlineData("B1-50!", 50, true)]
    [InlineData("B1-24! B1-24!", 1, false)]
    [InlineData("B1-24! B99 B25-48!", 1, false)]
    [InlineData("B1-24! B99? B25-48!", 1, false)]
    [InlineData("B1-24! T9 B25!", 1, true)] // tags are answered, and still the storage of blobs is away
    [InlineData("B1-24! M9 B25!", 1, true)]
    [InlineData("M1-24! T9 M25!", 1, true)]
    [InlineData("M1-24! M99 M25!", 1, false)]
    [InlineData("M1-24! B9 M25!", 1, false)] // who answers a blob has answered what names it
    [InlineData("T1! T2! M9 T3! T4!", 1, false)]
    [InlineData("T1! T2! B9 T3! T4!", 1, false)]
    [InlineData("T1! T2! B9! T3!", 1, true)]
    [InlineData("B1-24! T1! T2!", 1, false)] // each step has its own count
    [InlineData("M1-24! B1-24! T1! T2!", 1, false)]
    public async Task Outage_AfterRequests_IsToldFromWhatFailed(string script, int concurrency, bool isOutage)
    {
        var breaker = InspectionSandbox.Breaker(_client, concurrency);
        foreach (var step in script.Split(' ').SelectMany(Expand)) await RunAsync(breaker, step);

        (breaker.Outage is not null).ShouldBe(isOutage);
    }

    [Theory]
    [InlineData("T1!")]
    [InlineData("H1!")]
    [InlineData("M1!")]
    [InlineData("B1!")]
    public async Task Outage_Throttled_AtOnceAndWithoutAnotherRequest(string request)
    {
        var breaker = InspectionSandbox.Breaker(_client, concurrency: 50);

        await RunAsync(breaker, request, RegistryErrorKind.RateLimited);

        breaker.Outage.ShouldNotBeNull().Kind.ShouldBe(RegistryErrorKind.RateLimited);
        _requests.ShouldBe(1);
        foreach (var next in (string[])["T8", "H8", "M8", "B8"])
            (await Should.ThrowAsync<RegistryException>(SendAsync(breaker, next))).ShouldBeSameAs(breaker.Outage);
        _requests.ShouldBe(1);
    }

    /// <summary>A pull that counts already must not be in vain: blobs cost none.</summary>
    [Fact]
    public async Task Outage_AllowanceOfManifestsIsUsedUp_LetsTheBlobsOfThoseThatWereReadThrough()
    {
        await using var sandbox = await InspectionSandbox.StartAsync();
        var image = sandbox.Push("1.0.0");
        sandbox.Registry.Inject(new Fault(context =>
        {
            context.Response.Headers["ratelimit-remaining"] = "0;w=21600";
            return Task.FromResult(false);
        }).OnManifests());
        var breaker = InspectionSandbox.Breaker(sandbox.Client);
        var manifest = await breaker.GetManifestAsync("1.0.0", TestContext.Current.CancellationToken);
        await Should.ThrowAsync<RegistryException>(breaker.GetManifestAsync("1.0.1", TestContext.Current.CancellationToken));
        sandbox.TakeRequests();

        var configuration = await breaker.ReadBlobAsync(manifest.ReadImageManifest().Config!, 1 << 20, TestContext.Current.CancellationToken);

        configuration.Length.ShouldBe((int)image.Config.Descriptor.Size);
        breaker.Outage.ShouldNotBeNull().Kind.ShouldBe(RegistryErrorKind.RateLimited);
        foreach (var next in (string[])["T8", "H8", "M8"])
            (await Should.ThrowAsync<RegistryException>(SendAsync(breaker, next))).ShouldBeSameAs(breaker.Outage);
        sandbox.TakeRequests().ShouldBe([$"GET blobs/{image.Config.Descriptor.Digest}"]);
    }

    [Theory]
    [InlineData(RegistryErrorKind.Unreachable, true)]
    [InlineData(RegistryErrorKind.TlsFailure, true)]
    [InlineData(RegistryErrorKind.TimedOut, true)]
    [InlineData(RegistryErrorKind.RateLimited, true)]
    [InlineData(RegistryErrorKind.ServerError, true)]
    [InlineData(RegistryErrorKind.Other, false)]
    [InlineData(RegistryErrorKind.Unauthorized, false)]
    [InlineData(RegistryErrorKind.Denied, false)]
    [InlineData(RegistryErrorKind.NotFound, false)]
    [InlineData(RegistryErrorKind.TooLarge, false)]
    [InlineData(RegistryErrorKind.DigestMismatch, false)]
    [InlineData(RegistryErrorKind.InvalidResponse, false)]
    [InlineData(RegistryErrorKind.Unsupported, false)]
    [InlineData(RegistryErrorKind.InvalidRequest, false)]
    public async Task Outage_KindOfFailure_SaysWhetherItIsEvidence(RegistryErrorKind kind, bool isEvidence)
    {
        var breaker = InspectionSandbox.Breaker(_client);
        for (var i = 0; i < 30; i++) await RunAsync(breaker, $"T{i}!", kind);

        (breaker.Outage is not null).ShouldBe(isEvidence);
    }

    [Fact]
    public async Task Outage_TwoRequestsUnderWay_IsTheFailureThatOpenedIt()
    {
        TaskCompletionSource<Descriptor> first = new(), second = new();
        _client.ResolveAsync("first", Arg.Any<CancellationToken>()).Returns(first.Task);
        _client.ResolveAsync("second", Arg.Any<CancellationToken>()).Returns(second.Task);
        var breaker = InspectionSandbox.Breaker(_client);
        Task one = breaker.ResolveAsync("first", CancellationToken.None), two = breaker.ResolveAsync("second", CancellationToken.None);

        var cause = new RegistryException(RegistryErrorKind.RateLimited, "Come back later.");
        first.SetException(cause);
        await Should.ThrowAsync<RegistryException>(one);
        second.SetException(new RegistryException(RegistryErrorKind.RateLimited, "Come back much later."));
        await Should.ThrowAsync<RegistryException>(two);

        breaker.Outage.ShouldBeSameAs(cause);
    }

    [Fact]
    public async Task Send_AnswerAfterTheOutage_LeavesTheCircuitOpen()
    {
        var underWay = new TaskCompletionSource<Descriptor>();
        _client.ResolveAsync("slow", Arg.Any<CancellationToken>()).Returns(underWay.Task);
        var breaker = InspectionSandbox.Breaker(_client);
        var slow = breaker.ResolveAsync("slow", CancellationToken.None);
        await RunAsync(breaker, "T1!", RegistryErrorKind.RateLimited);

        underWay.SetResult(new Descriptor { Digest = Of("slow") });

        (await slow).Digest.ShouldBe(Of("slow"));
        await Should.ThrowAsync<RegistryException>(SendAsync(breaker, "T2"));
    }

    [Theory]
    [InlineData(typeof(OperationCanceledException), RegistryErrorKind.TimedOut)]
    [InlineData(typeof(TaskCanceledException), RegistryErrorKind.TimedOut)]
    [InlineData(typeof(TimeoutException), RegistryErrorKind.TimedOut)]
    [InlineData(typeof(IOException), RegistryErrorKind.Other)]
    [InlineData(typeof(InvalidOperationException), RegistryErrorKind.Other)]
    public async Task Send_ClientThrowsWhatTheContractDoesNotName_IsARegistryFailureWithoutItsMessage(Type type, RegistryErrorKind kind)
    {
        _failing["v1"] = (Exception)Activator.CreateInstance(type, "password=hunter2")!;

        var failure = await Should.ThrowAsync<RegistryException>(SendAsync(InspectionSandbox.Breaker(_client), "T1"));

        failure.Kind.ShouldBe(kind);
        failure.Message.ShouldContain("v1");
        failure.Message.ShouldContain("r.example/shop/api");
        failure.Message.ShouldNotContain("hunter2");
        failure.InnerException.ShouldBeSameAs(_failing["v1"]);
    }

    [Fact]
    public async Task Send_CallerGaveUp_IsHisCancellationAndNoEvidence()
    {
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        var breaker = InspectionSandbox.Breaker(_client);
        for (var i = 0; i < 5; i++)
        {
            _failing[$"v{i}"] = new RegistryException(RegistryErrorKind.RateLimited, "Broken off.");
            await Should.ThrowAsync<OperationCanceledException>(breaker.GetManifestAsync($"v{i}", stopped.Token));
        }

        breaker.Outage.ShouldBeNull();
    }

    [Fact]
    public async Task Members_NotNeededForReadingImages_AreTheClientsOwn()
    {
        var blob = new Descriptor { Digest = Of("b") };
        using var stream = new MemoryStream();
        _client.OpenBlobAsync(blob, CancellationToken.None).Returns(stream);
        _client.ListTagsAsync(CancellationToken.None).Returns(AsyncList("a", "b"));
        _client.ListReferrersAsync(Of("s"), "type", CancellationToken.None).Returns(AsyncList(blob));
        var breaker = InspectionSandbox.Breaker(_client);

        breaker.Repository.ShouldBe(_client.Repository);
        (await breaker.OpenBlobAsync(blob, CancellationToken.None)).ShouldBeSameAs(stream);
        (await breaker.ListTagsAsync(CancellationToken.None).ToListAsync(TestContext.Current.CancellationToken)).ShouldBe(["a", "b"]);
        (await breaker.ListReferrersAsync(Of("s"), "type", CancellationToken.None).ToListAsync(TestContext.Current.CancellationToken)).ShouldBe([blob]);
    }

    private static IEnumerable<string> Expand(string step)
    {
        var dash = step.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0) return [step];
        var mark = char.IsAsciiDigit(step[^1]) ? "" : step[^1..];
        int from = int.Parse(step[1..dash]), to = int.Parse(step[(dash + 1)..^mark.Length]);
        return Enumerable.Range(from, to - from + 1).Select(number => $"{step[0]}{number}{mark}");
    }

    private async Task RunAsync(CircuitBreakingClient breaker, string step, RegistryErrorKind kind = RegistryErrorKind.Unreachable)
    {
        var request = step.TrimEnd('!', '?', '#');
        var thing = request[0] is 'H' or 'T' ? "v" + request[1..] : Of(request).ToString();
        _failing.Remove(thing);
        if (step == request)
        {
            await SendAsync(breaker, request);
            return;
        }

        _failing[thing] = step[^1] switch
        {
            '?' => new RegistryException(RegistryErrorKind.NotFound, $"{step} failed."),
            '#' => new RegistryException(RegistryErrorKind.ServerError, $"{step} failed.") { StatusCode = HttpStatusCode.InternalServerError },
            _ => new RegistryException(kind, $"{step} failed."),
        };
        await Should.ThrowAsync<RegistryException>(SendAsync(breaker, request));
    }

    private static Task SendAsync(CircuitBreakingClient breaker, string request) => request[0] switch
    {
        'H' => breaker.ResolveAsync("v" + request[1..], CancellationToken.None),
        'T' => breaker.GetManifestAsync("v" + request[1..], CancellationToken.None),
        'M' => breaker.GetManifestAsync(Of(request).ToString(), CancellationToken.None),
        _ => breaker.ReadBlobAsync(new Descriptor { Digest = Of(request) }, 100, CancellationToken.None),
    };

    private Task<T> Answer<T>(string thing, T answer)
    {
        _requests++;
        return _failing.TryGetValue(thing, out var failure) ? Task.FromException<T>(failure) : Task.FromResult(answer);
    }

    private static Digest Of(string name) => Digest.Compute(Encoding.UTF8.GetBytes(name));

    private static async IAsyncEnumerable<T> AsyncList<T>(params T[] items)
    {
        await Task.CompletedTask;
        foreach (var item in items) yield return item;
    }
}
