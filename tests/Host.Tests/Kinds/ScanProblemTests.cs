using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Kinds;

namespace RegistryOperator.Host.Tests.Kinds;

public class ScanProblemTests
{
    [Theory]
    [InlineData("NotFound", "NotFound")]
    [InlineData("LicenceForbidden2", "LicenceForbidden2")]
    [InlineData("a", "a")]
    [InlineData("", "Failed")]
    [InlineData(null, "Failed")]
    [InlineData("not a word", "Failed")]
    [InlineData("Not\u001b[31mFound", "Failed")]
    [InlineData("Not\nFound", "Failed")]
    [InlineData("9Lives", "Failed")]
    [InlineData("Größe", "Failed")]
    public void From_Reason_IsAWordOrFailed(string? reason, string expected) =>
        ScanProblem.From(new ScanException(reason!, "message")).Reason.ShouldBe(expected);

    [Theory]
    [InlineData(64, true)]
    [InlineData(65, false)]
    public void From_LongReason_IsFailedBeyondALimit(int length, bool kept)
    {
        var reason = new string('a', length);

        ScanProblem.From(new ScanException(reason, "message")).Reason.ShouldBe(kept ? reason : ScanReasons.Failed);
    }

    [Fact]
    public void From_EveryReasonOfTheContract_IsKept()
    {
        var reasons = typeof(ScanReasons).GetFields().Select(field => (string)field.GetValue(null)!).ToArray();

        reasons.Length.ShouldBeGreaterThan(10);
        reasons.Select(reason => ScanProblem.From(new ScanException(reason, "message")).Reason).ShouldBe(reasons);
    }

    [Fact]
    public void From_Message_IsOneCleanLineOfBoundedLength()
    {
        var problem = ScanProblem.From(new ScanException("Failed", "\u001b[31mFATAL\u001b[0m\tdownload\r\n  failed\u0007 " + new string('x', 1000)));

        problem.Message.ShouldStartWith("\uFFFD[31mFATAL\uFFFD[0m download failed\uFFFD xxx");
        problem.Message.Length.ShouldBe(400);
        problem.Message.ShouldEndWith("x…");
    }

    [Theory]
    [InlineData(400, 400)]
    [InlineData(401, 400)]
    public void From_LongMessage_IsCutAtALimit(int length, int expected) =>
        ScanProblem.From(new ScanException("Failed", new string('x', length))).Message.Length.ShouldBe(expected);

    [Theory]
    [InlineData(ScanReasons.Failed, true, false)]
    [InlineData(ScanReasons.ScannerUnavailable, true, false)]
    [InlineData(ScanReasons.RegistryUnavailable, false, true)]
    [InlineData(ScanReasons.TimedOut, false, false)]
    [InlineData(ScanReasons.RateLimited, false, false)]
    [InlineData(ScanReasons.Unauthorized, false, false)]
    [InlineData(ScanReasons.NotFound, false, false)]
    [InlineData(ScanReasons.TooLarge, false, false)]
    [InlineData(ScanReasons.InvalidContent, false, false)]
    [InlineData("Forbidden", false, false)]
    public void Reason_IsOfTheScannerOrPasses(string reason, bool isScannersFault, bool isTransient)
    {
        var problem = new ScanProblem(reason, "message");

        (problem.IsScannersFault, problem.IsTransient).ShouldBe((isScannersFault, isTransient));
    }
}
