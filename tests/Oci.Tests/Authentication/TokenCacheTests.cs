using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Oci.Authentication;
using RegistryOperator.Oci.Tests.Support;

namespace RegistryOperator.Oci.Tests.Authentication;

public sealed class TokenCacheTests
{
    private static readonly TokenKey Key = new("https://registry", "https://auth/token", "registry", "repository:a/b:pull", "anonymous");
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task GetAsync_ManyCallersAtOnce_FetchOnce()
    {
        var cache = new TokenCache(_clock);
        var answer = new TaskCompletionSource<AccessToken>();
        var fetches = 0;

        var callers = Enumerable.Range(0, 50).Select(_ => cache.GetAsync(Key, _ =>
        {
            Interlocked.Increment(ref fetches);
            return answer.Task;
        }, TestContext.Current.CancellationToken)).ToList();
        answer.SetResult(Token("1"));

        (await Task.WhenAll(callers)).ShouldAllBe(token => token.Authorization == "Bearer 1");
        fetches.ShouldBe(1);
    }

    [Fact]
    public async Task GetAsync_OneCallerCancelled_TheOthersGetTheToken()
    {
        var cache = new TokenCache(_clock);
        var answer = new TaskCompletionSource<AccessToken>();
        using var cancellation = new CancellationTokenSource();

        var cancelled = cache.GetAsync(Key, _ => answer.Task, cancellation.Token);
        var other = cache.GetAsync(Key, _ => answer.Task, TestContext.Current.CancellationToken);
        await cancellation.CancelAsync();
        answer.SetResult(Token("1"));

        await cancelled.ShouldThrowAsync<OperationCanceledException>();
        (await other).Authorization.ShouldBe("Bearer 1");
    }

    [Fact]
    public async Task GetAsync_AllCallersCancelled_TheFetchIsCancelledAndTheNextBeginsAnew()
    {
        var cache = new TokenCache(_clock);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var began = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var cancellation = new CancellationTokenSource();
        var cancelled = cache.GetAsync(Key, async ends =>
        {
            await using var registration = ends.Register(ended.SetResult);
            began.SetResult();
            await ended.Task;
            throw new OperationCanceledException(ends);
        }, cancellation.Token);
        await began.Task;

        await cancellation.CancelAsync();

        await cancelled.ShouldThrowAsync<OperationCanceledException>();
        await ended.Task.WaitAsync(TimeSpan.FromSeconds(20), TimeProvider.System, TestContext.Current.CancellationToken);
        (await cache.GetAsync(Key, _ => Task.FromResult(Token("2")), TestContext.Current.CancellationToken)).Authorization.ShouldBe("Bearer 2");
    }

    [Fact]
    public async Task GetAsync_TokenDueForRefresh_FetchesAgain()
    {
        var cache = new TokenCache(_clock);
        await cache.GetAsync(Key, _ => Task.FromResult(Token("1")), TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromMinutes(5));

        cache.Find(Key).ShouldBeNull();
        var token = await cache.GetAsync(Key, _ => Task.FromResult(Token("2")), TestContext.Current.CancellationToken);

        token.Authorization.ShouldBe("Bearer 2");
    }

    [Fact]
    public async Task GetAsync_FetchFailed_TriesAgainForTheNextCaller()
    {
        var cache = new TokenCache(_clock);
        var failed = cache.GetAsync(Key, _ => Task.FromException<AccessToken>(new IOException()), TestContext.Current.CancellationToken);
        await failed.ShouldThrowAsync<IOException>();

        var token = await cache.GetAsync(Key, _ => Task.FromResult(Token("2")), TestContext.Current.CancellationToken);

        token.Authorization.ShouldBe("Bearer 2");
    }

    [Fact]
    public async Task Invalidate_OlderToken_KeepsTheNewerOne()
    {
        var cache = new TokenCache(_clock);
        await cache.GetAsync(Key, _ => Task.FromResult(Token("2")), TestContext.Current.CancellationToken);

        cache.Invalidate(Key, "Bearer 1");
        cache.Find(Key).ShouldNotBeNull();

        cache.Invalidate(Key, "Bearer 2");
        cache.Find(Key).ShouldBeNull();
    }

    [Theory]
    [InlineData(239, 0, true)]
    [InlineData(240, 0, false)]
    // The clock was set back: the time of refresh is further away than any token lives.
    [InlineData(0, -30, false)]
    [InlineData(0, 30, false)]
    public async Task Find_AfterSoLong_GivesATokenThatIsToBeBelieved(int seconds, int skewDays, bool isFound)
    {
        var clock = new SkewedClock();
        var cache = new TokenCache(clock);
        await cache.GetAsync(Key, _ => Task.FromResult(Token("1")), TestContext.Current.CancellationToken);

        clock.Advance(TimeSpan.FromSeconds(seconds));
        clock.Skew = TimeSpan.FromDays(skewDays);

        (cache.Find(Key) is not null).ShouldBe(isFound);
    }

    [Fact]
    public async Task GetAsync_FreshTokenAtHand_FetchesNone()
    {
        var cache = new TokenCache(_clock);
        await cache.GetAsync(Key, _ => Task.FromResult(Token("1")), TestContext.Current.CancellationToken);

        var token = await cache.GetAsync(Key, _ => throw new InvalidOperationException(), TestContext.Current.CancellationToken);

        token.Authorization.ShouldBe("Bearer 1");
    }

    [Fact]
    public async Task GetAsync_FetchFails_FailsForAllWhoWait()
    {
        var cache = new TokenCache(_clock);
        var answer = new TaskCompletionSource<AccessToken>();
        var callers = Enumerable.Range(0, 3).Select(_ => cache.GetAsync(Key, _ => answer.Task, TestContext.Current.CancellationToken)).ToList();

        answer.SetException(new IOException());

        foreach (var caller in callers) await caller.ShouldThrowAsync<IOException>();
    }

    public static TheoryData<string, string, string, string, string> OtherKeys { get; } = new()
    {
        { "https://other", "https://auth/token", "registry", "repository:a/b:pull", "anonymous" },
        { "https://registry", "https://other/token", "registry", "repository:a/b:pull", "anonymous" },
        { "https://registry", "https://auth/token", "other", "repository:a/b:pull", "anonymous" },
        { "https://registry", "https://auth/token", "registry", "repository:c:pull", "anonymous" },
        { "https://registry", "https://auth/token", "registry", "repository:a/b:pull", "bob" },
    };

    [Theory]
    [MemberData(nameof(OtherKeys))]
    public async Task Find_AnyPartOfTheKeyDiffers_IsAnotherToken(string registry, string realm, string service, string scope, string identity)
    {
        var cache = new TokenCache(_clock);
        await cache.GetAsync(Key, _ => Task.FromResult(Token("1")), TestContext.Current.CancellationToken);

        cache.Find(new TokenKey(registry, realm, service, scope, identity)).ShouldBeNull();
    }

    [Fact]
    public async Task GetAsync_MoreTokensThanThereIsRoomFor_ForgetsTheLongestUnused()
    {
        var cache = new TokenCache(_clock);
        var large = new string('x', TokenCache.MaximumCharacters / 8);
        await cache.GetAsync(Key, _ => Task.FromResult(Token("1")), TestContext.Current.CancellationToken);
        for (var i = 0; i < 20; i++)
        {
            await cache.GetAsync(Key with { Scope = $"{i}" }, _ => Task.FromResult(Token(large)), TestContext.Current.CancellationToken);
            cache.Find(Key).ShouldNotBeNull();
        }

        cache.Count.ShouldBe(8);
        cache.Find(Key with { Scope = "0" }).ShouldBeNull();
        cache.Find(Key with { Scope = "19" }).ShouldNotBeNull();
    }

    [Fact]
    public async Task GetAsync_FetchUnderWayWhileOthersAreForgotten_IsStillShared()
    {
        var cache = new TokenCache(_clock);
        var answer = new TaskCompletionSource<AccessToken>();
        var first = cache.GetAsync(Key, _ => answer.Task, TestContext.Current.CancellationToken);
        for (var i = 0; i < 1100; i++)
            await cache.GetAsync(Key with { Scope = $"{i}" }, _ => Task.FromResult(Token("x")), TestContext.Current.CancellationToken);

        var second = cache.GetAsync(Key, _ => throw new InvalidOperationException(), TestContext.Current.CancellationToken);
        answer.SetResult(Token("1"));

        (await first).ShouldBeSameAs(await second);
    }

    [Fact]
    public void Token_AsText_ShowsNoSecret() => Token("s3cret").ToString().ShouldNotContain("s3cret");

    [Theory]
    [InlineData(null, null, 54)]
    [InlineData(0.0, null, 54)]
    [InlineData(300.0, null, 270)]
    [InlineData(299.0, null, 269.1)]
    [InlineData(301.0, null, 271)]
    [InlineData(3600.0, null, 3570)]
    [InlineData(-1.0, null, 54)]
    [InlineData(0.5, null, 0.45)]
    [InlineData(86400.0, null, 86370)]
    [InlineData(86401.0, null, 86370)]
    [InlineData(1e300, null, 86370)]
    [InlineData(double.PositiveInfinity, null, 86370)]
    [InlineData(double.NaN, null, 54)]
    [InlineData(300.0, "2026-01-01T00:00:00", 270)]
    [InlineData(300.0, "2025-12-31T23:59:00", 210)]
    [InlineData(300.0, "9999-12-31T23:59:59Z", 270)]
    [InlineData(300.0, "0001-01-01T00:00:00Z", 120)]
    [InlineData(300.0, "2025-12-31T23:59:00Z", 210)]
    [InlineData(300.0, "2025-12-31T12:00:00Z", 120)]
    [InlineData(300.0, "2026-06-01T00:00:00Z", 270)]
    [InlineData(300.0, "yesterday", 270)]
    public void RefreshAt_LifetimeAndAge_LeavesAMarginAndSurvivesClockSkew(double? expiresIn, string? issuedAt, double expectedSeconds)
    {
        var document = new TokenResponse { ExpiresIn = expiresIn, IssuedAt = issuedAt };

        (document.RefreshAt(_clock.GetUtcNow()) - _clock.GetUtcNow()).ShouldBe(TimeSpan.FromSeconds(expectedSeconds));
    }

    [Fact]
    public void Of_DifferentCredentials_DifferWithoutShowingThem()
    {
        var identities = new CredentialIdentity();
        var first = identities.Of(new RegistryCredential.UsernamePassword("ab", "secret"));

        first.ShouldNotContain("secret");
        first.ShouldBe(identities.Of(new RegistryCredential.UsernamePassword("ab", "secret")));
        first.ShouldNotBe(identities.Of(new RegistryCredential.UsernamePassword("abs", "ecret")));
        first.ShouldNotBe(new CredentialIdentity().Of(new RegistryCredential.UsernamePassword("ab", "secret")));
    }

    [Fact]
    public void Of_CredentialsOfDifferentKinds_AreDifferentIdentities()
    {
        var identities = new CredentialIdentity();
        RegistryCredential[] credentials =
        [
            RegistryCredential.Anonymous,
            new RegistryCredential.UsernamePassword("t", ""),
            new RegistryCredential.UsernamePassword("", "t"),
            new RegistryCredential.UsernamePassword("T", ""),
            new RegistryCredential.IdentityToken("t"),
            new RegistryCredential.RegistryToken("t"),
            new RegistryCredential.RegistryToken("u"),
            new RegistryCredential.UsernamePassword("a:b", "c"),
            new RegistryCredential.UsernamePassword("a", "b:c"),
        ];

        credentials.Select(identities.Of).Distinct().Count().ShouldBe(credentials.Length);
        identities.Of(RegistryCredential.Anonymous).ShouldBe(new CredentialIdentity().Of(RegistryCredential.Anonymous));
    }

    [Fact]
    public void Of_AccessesThatDifferInOnePart_AreDifferentIdentities()
    {
        var identities = new CredentialIdentity();
        (RegistryCredential Credential, TransportSecurity Security)[] accesses =
        [
            (RegistryCredential.Anonymous, TransportSecurity.Default),
            (new RegistryCredential.RegistryToken("t"), TransportSecurity.Default),
            (RegistryCredential.Anonymous, new TransportSecurity(InsecureSkipVerify: true)),
            (RegistryCredential.Anonymous, new TransportSecurity(CertificateAuthorities: "one")),
            (RegistryCredential.Anonymous, new TransportSecurity(CertificateAuthorities: "two")),
        ];

        accesses.Select(access => identities.Of(access.Credential, access.Security)).Distinct().Count().ShouldBe(accesses.Length);
        identities.Of(accesses[1].Credential, accesses[1].Security).ShouldBe(identities.Of(new RegistryCredential.RegistryToken("t"), new TransportSecurity()));
    }

    private AccessToken Token(string value) => new("Bearer " + value, _clock.GetUtcNow().AddMinutes(4));
}
