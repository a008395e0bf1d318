using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Oci.Client;

namespace RegistryOperator.Host.Tests.Rounds;

public sealed class RegistryReachabilityTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Window = TimeSpan.FromHours(6);

    [Theory]
    [InlineData("RateLimited", 90, null, false, "Too many requests. Reading goes on at 2026-01-01T00:01:30Z.")]
    [InlineData("RateLimited", null, 3600, false, "Too many requests. Reading goes on at 2026-01-01T01:00:00Z.")]
    [InlineData("RateLimited", 90, 3600, false, "Too many requests. Reading goes on at 2026-01-01T01:00:00Z.")]
    [InlineData("RateLimited", null, null, false, "Too many requests.")]
    [InlineData("RegistryUnavailable", null, null, false, "Too many requests.")]
    [InlineData("TimedOut", null, null, false, "Too many requests.")]
    [InlineData("Unauthorized", null, null, null, null)]
    [InlineData("NotFound", null, null, null, null)]
    [InlineData("NotFound", null, 60, false, "The registry asked for a pause. Reading goes on at 2026-01-01T00:01:00Z.")]
    [InlineData(null, null, null, null, null)]
    public void Of_Failure_SaysWhyAndWhenReadingGoesOn(string? reason, int? retryAfter, int? pause, bool? holds, string? message)
    {
        var failure = reason is null
            ? null
            : new RoundFailure(reason, "Too many requests.") { RetryAfter = retryAfter is { } seconds ? TimeSpan.FromSeconds(seconds) : null };
        var client = new LimitedClient(new RegistryLimits(TimeSpan.FromSeconds(pause ?? 0), null, null, null));

        var condition = RegistryReachability.Of(failure, client, Now);

        condition?.Holds.ShouldBe(holds);
        condition?.Message.ShouldBe(message);
        (condition is null).ShouldBe(message is null);
    }

    [Fact]
    public void Of_Allowance_SaysWhatIsLeft()
    {
        var client = new LimitedClient(new RegistryLimits(TimeSpan.Zero, 63, 100, Window));

        var condition = RegistryReachability.Of(failure: null, client, Now).ShouldNotBeNull();

        condition.Type.ShouldBe("RegistryReachable");
        condition.Holds.ShouldBe(true);
        condition.Reason.ShouldBe("WithinAllowance");
        condition.Message.ShouldBe("63 of the 100 manifests that may be read in 6 h are left.");
    }

    [Fact]
    public void Of_AllowanceUsedUp_SaysCauseWhatIsLeftAndWhenReadingGoesOn()
    {
        var client = new LimitedClient(new RegistryLimits(TimeSpan.FromHours(1), 0, 100, Window));

        RegistryReachability.Of(new RoundFailure("RateLimited", "None is left"), client, Now).ShouldNotBeNull().Message.ShouldBe(
            "None is left. 0 of the 100 manifests that may be read in 6 h are left. Reading goes on at 2026-01-01T01:00:00Z.");
    }

    [Fact]
    public void Of_SuccessWithTheLastOfTheAllowance_SaysWhenReadingGoesOn()
    {
        var client = new LimitedClient(new RegistryLimits(TimeSpan.FromHours(1), 0, 100, Window));

        RegistryReachability.Of(failure: null, client, Now).ShouldNotBeNull().Message.ShouldBe(
            "0 of the 100 manifests that may be read in 6 h are left. Reading goes on at 2026-01-01T01:00:00Z.");
    }

    [Fact]
    public void Of_NoClient_SaysWhatFailed()
    {
        var failure = new RoundFailure("RegistryUnavailable", "No route");

        RegistryReachability.Of(failure, client: null, Now).ShouldNotBeNull().Reason.ShouldBe("RegistryUnavailable");
    }

    [Theory]
    [InlineData("No route", null, null, null)]
    [InlineData("No route.", null, null, null)]
    [InlineData("No route", 60, null, "Reading goes on at 2026-01-01T00:01:00Z.")]
    [InlineData("None is left.", 60, 0, "0 of the 100 manifests that may be read in 6 h are left. Reading goes on at 2026-01-01T00:01:00Z.")]
    [InlineData(null, 60, null, "The registry asked for a pause. Reading goes on at 2026-01-01T00:01:00Z.")]
    public void Beside_Condition_IsWhatTheFailureDoesNotSay(string? message, int? pause, int? left, string? expected)
    {
        var failure = message is null ? null : new RoundFailure("RateLimited", message);
        var client = new LimitedClient(new RegistryLimits(
            TimeSpan.FromSeconds(pause ?? 0), left, left is null ? null : 100, left is null ? null : Window));

        var told = RegistryReachability.Of(failure, client, Now).ShouldNotBeNull().Message;

        RegistryReachability.Beside(told, failure?.Message).ShouldBe(expected);
    }

    [Theory]
    [InlineData("Something else.", "No route", "Something else.")]
    [InlineData("", "No route", null)]
    [InlineData(null, "No route", null)]
    public void Beside_OtherMessages_AreLeftWhole(string? told, string? failure, string? expected) =>
        RegistryReachability.Beside(told, failure).ShouldBe(expected);

    private sealed class LimitedClient(RegistryLimits limits) : IRegistryClient, IRegistryLimits
    {
        public RegistryLimits Limits => limits;

        public RepositoryReference Repository => throw new NotSupportedException();

        public IAsyncEnumerable<string> ListTagsAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Descriptor> ResolveAsync(string reference, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<Manifest> GetManifestAsync(string reference, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task<ReadOnlyMemory<byte>> ReadBlobAsync(Descriptor blob, long maximumSize, CancellationToken cancellationToken) =>
            throw new NotSupportedException();

        public Task<Stream> OpenBlobAsync(Descriptor blob, CancellationToken cancellationToken) => throw new NotSupportedException();

        public IAsyncEnumerable<Descriptor> ListReferrersAsync(Digest subject, string? artifactType, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
