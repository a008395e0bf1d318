using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Access;

namespace RegistryOperator.Host.Tests.Access;

public sealed class RoundFailureTests
{
    [Theory]
    [InlineData("The registry refuses.", null, "The registry refuses.")]
    [InlineData("The registry refuses.", "", "The registry refuses.")]
    [InlineData("The registry refuses.", "Log in.", "The registry refuses. Log in.")]
    [InlineData("The registry refuses", "Log in.", "The registry refuses. Log in.")]
    public void From_RegistryException_TellsWhatToDo(string message, string? advice, string expected) =>
        RoundFailure.From(new RegistryException(RegistryErrorKind.Unauthorized, message) { Advice = advice })
            .ShouldBe(new RoundFailure(ScanReasons.Unauthorized, expected));

    [Fact]
    public void From_RegistryException_CarriesTheWaitThatTheRegistryAsksFor()
    {
        var failure = RoundFailure.From(new RegistryException(RegistryErrorKind.RateLimited, "slow down") { RetryAfter = TimeSpan.FromMinutes(10) });

        failure.Reason.ShouldBe(ScanReasons.RateLimited);
        failure.RetryAfter.ShouldBe(TimeSpan.FromMinutes(10));
        RoundFailure.From(new RegistryException(RegistryErrorKind.RateLimited, "slow down")).RetryAfter.ShouldBeNull();
    }

    [Theory]
    [InlineData(RoundFailure.Busy, 60)] // others end, whatever the interval of this one
    [InlineData(ScanReasons.NotFound, null)]
    public void Of_ReasonOfAnImage_WaitsForMemoryALittle(string reason, int? seconds) =>
        RoundFailure.Of(reason, "m").RetryAfter.ShouldBe(seconds is { } wait ? TimeSpan.FromSeconds(wait) : null);

    [Fact]
    public void From_CredentialException_IsAboutTheSecret() =>
        RoundFailure.From(new CredentialException("no key")).ShouldBe(new RoundFailure("InvalidSecret", "no key"));

    [Fact]
    public void From_AnyFault_NamesItAndPointsToTheLog()
    {
        var failure = RoundFailure.From(new InvalidOperationException("made up"));

        failure.Reason.ShouldBe("InternalError");
        failure.Message.ShouldBe("The scan ended by a fault of the operator or of one of its plugins, which its log tells in full. " +
            "InvalidOperationException: made up");
    }

    [Theory]
    [InlineData("InvalidSpec", true)]
    [InlineData("NoRegistryClient", true)]
    [InlineData("InvalidSecret", false)] // a Secret may come without a change of the resource
    [InlineData("InternalError", false)]
    [InlineData(ScanReasons.Unauthorized, false)]
    [InlineData(ScanReasons.NotFound, false)]
    [InlineData(ScanReasons.RateLimited, false)]
    public void NeedsSpecChange_Reason_Decides(string reason, bool expected) => new RoundFailure(reason, "m").NeedsSpecChange.ShouldBe(expected);

    [Fact]
    public void ScanFailedException_Message_IsTheFailures()
    {
        var failure = new RoundFailure("InvalidSecret", "missing");

        new RoundFailedException(failure).Message.ShouldBe("missing");
        new RoundFailedException(failure).Failure.ShouldBeSameAs(failure);
    }
}
