using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Oci.Authentication;

namespace RegistryOperator.Oci.Tests.Authentication;

public sealed class TokenCacheTests
{
    private static readonly TokenKey Key = new("https://auth/token", "registry", "repository:a/b:pull", "anonymous");
    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    [Fact]
    public async Task GetAsync_ManyCallersAtOnce_FetchOnce()
    {
        var cache = new TokenCache(_clock);
        var answer = new TaskCompletionSource<AccessToken>();
        var fetches = 0;

        var callers = Enumerable.Range(0, 50).Select(_ => cache.GetAsync(Key, () =>
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

        var cancelled = cache.GetAsync(Key, () => answer.Task, cancellation.Token);
        var other = cache.GetAsync(Key, () => answer.Task, TestContext.Current.CancellationToken);
        await cancellation.CancelAsync();
        answer.SetResult(Token("1"));

        await cancelled.ShouldThrowAsync<OperationCanceledException>();
        (await other).Authorization.ShouldBe("Bearer 1");
    }

    [Fact]
    public async Task GetAsync_TokenDueForRefresh_FetchesAgain()
    {
        var cache = new TokenCache(_clock);
        await cache.GetAsync(Key, () => Task.FromResult(Token("1")), TestContext.Current.CancellationToken);
        _clock.Advance(TimeSpan.FromMinutes(5));

        cache.Find(Key).ShouldBeNull();
        var token = await cache.GetAsync(Key, () => Task.FromResult(Token("2")), TestContext.Current.CancellationToken);

        token.Authorization.ShouldBe("Bearer 2");
    }

    [Fact]
    public async Task GetAsync_FetchFailed_TriesAgainForTheNextCaller()
    {
        var cache = new TokenCache(_clock);
        var failed = cache.GetAsync(Key, () => Task.FromException<AccessToken>(new IOException()), TestContext.Current.CancellationToken);
        await failed.ShouldThrowAsync<IOException>();

        var token = await cache.GetAsync(Key, () => Task.FromResult(Token("2")), TestContext.Current.CancellationToken);

        token.Authorization.ShouldBe("Bearer 2");
    }

    [Fact]
    public async Task Invalidate_OlderToken_KeepsTheNewerOne()
    {
        var cache = new TokenCache(_clock);
        await cache.GetAsync(Key, () => Task.FromResult(Token("2")), TestContext.Current.CancellationToken);

        cache.Invalidate(Key, "Bearer 1");
        cache.Find(Key).ShouldNotBeNull();

        cache.Invalidate(Key, "Bearer 2");
        cache.Find(Key).ShouldBeNull();
    }

    [Theory]
    [InlineData(null, null, 54)]
    [InlineData(0.0, null, 54)]
    [InlineData(300.0, null, 270)]
    [InlineData(3600.0, null, 3570)]
    [InlineData(300.0, "2025-12-31T23:59:00Z", 210)]
    [InlineData(300.0, "2025-12-31T12:00:00Z", 120)]
    [InlineData(300.0, "2026-06-01T00:00:00Z", 270)]
    [InlineData(300.0, "yesterday", 270)]
    public void RefreshAt_LifetimeAndAge_LeavesAMarginAndSurvivesClockSkew(double? expiresIn, string? issuedAt, int expectedSeconds)
    {
        var document = new TokenDocument { ExpiresIn = expiresIn, IssuedAt = issuedAt };

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

    private AccessToken Token(string value) => new("Bearer " + value, _clock.GetUtcNow().AddMinutes(4));
}
