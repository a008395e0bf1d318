using RegistryOperator.Oci.Budgets;

namespace RegistryOperator.Oci.Tests.Budgets;

public sealed class RateLimitTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("7", 7)]
    [InlineData("0", 0)]
    [InlineData("Thu, 01 Jan 2026 00:01:30 GMT", 90)]
    [InlineData("Wed, 31 Dec 2025 00:00:00 GMT", 0)]
    [InlineData("soon", null)]
    [InlineData("-5", null)]
    [InlineData("", null)]
    public void RetryAfter_OfThisForm_GivesSeconds(string text, int? seconds) =>
        ((int?)RetryAfter.Parse(text, Now)?.TotalSeconds).ShouldBe(seconds);

    [Theory]
    [InlineData("76;w=21600", null, 76, null)]
    [InlineData("0", "30", 0, 30)]
    [InlineData(" 5 ", "1767225660", 5, 60)]
    [InlineData("5", "1767225000", 5, 0)]
    [InlineData("5", "never", 5, null)]
    public void RateLimit_OfThisForm_GivesWhatIsLeftAndUntilWhen(string remaining, string? reset, int expectedRemaining, int? expectedSeconds)
    {
        var limit = RateLimit.Parse(remaining, reset, Now).ShouldNotBeNull();

        limit.Remaining.ShouldBe(expectedRemaining);
        ((int?)limit.Reset?.TotalSeconds).ShouldBe(expectedSeconds);
    }

    [Fact]
    public void RateLimit_NotANumber_IsIgnored() => RateLimit.Parse("many", "30", Now).ShouldBeNull();
}
