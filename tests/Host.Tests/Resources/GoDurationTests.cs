using CsCheck;
using RegistryOperator.Host.Resources;

namespace RegistryOperator.Host.Tests.Resources;

public sealed class GoDurationTests
{
    // From Go's own tests of time.ParseDuration.
    [Theory]
    [InlineData("0", 0)]
    [InlineData("5s", 5_000)]
    [InlineData("30s", 30_000)]
    [InlineData("1478s", 1_478_000)]
    [InlineData("-5s", -5_000)]
    [InlineData("+5s", 5_000)]
    [InlineData("-0", 0)]
    [InlineData("5.0s", 5_000)]
    [InlineData("5.6s", 5_600)]
    [InlineData("5.s", 5_000)]
    [InlineData(".5s", 500)]
    [InlineData("1.004s", 1_004)]
    [InlineData("3h30m", 12_600_000)]
    [InlineData("10.5s4m", 250_500)]
    [InlineData("-2m3.4s", -123_400)]
    [InlineData("1h2m3s4ms", 3_723_004)]
    [InlineData("500ms", 500)]
    [InlineData("2000us", 2)]
    [InlineData("2000µs", 2)]
    [InlineData("2000μs", 2)]
    [InlineData("2000000ns", 2)]
    [InlineData("39h9m14.425s", 140_954_425)]
    public void TryParse_Duration_IsRead(string text, double milliseconds)
    {
        GoDuration.TryParse(text, out var duration).ShouldBeTrue();
        duration.TotalMilliseconds.ShouldBe(milliseconds);
    }

    [Theory]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("-")]
    [InlineData("s")]
    [InlineData(".")]
    [InlineData("-.")]
    [InlineData(".s")]
    [InlineData("+.s")]
    [InlineData("1d")]
    [InlineData("1 s")]
    [InlineData("1s ")]
    [InlineData("1e3s")]
    [InlineData("1,5s")]
    [InlineData("1.2.3s")]
    [InlineData("--1s")]
    [InlineData("1h-5m")]
    [InlineData("3000000h")]
    [InlineData("99999999999999999999999999999999999999h")]
    public void TryParse_NoDuration_IsRefused(string text) => GoDuration.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1, "100ns")]
    [InlineData(11, "1.1µs")]
    [InlineData(22_000, "2.2ms")]
    [InlineData(33_000_000, "3.3s")]
    [InlineData(600_000_000, "1m0s")]
    [InlineData(54_000_000_000, "1h30m0s")]
    [InlineData(-10_000_000, "-1s")]
    public void Format_Duration_IsWrittenAsGoDoes(long ticks, string expected) => GoDuration.Format(TimeSpan.FromTicks(ticks)).ShouldBe(expected);

    [Fact]
    public void Parse_FormattedDuration_IsTheSame() =>
        Gen.Long[-GoDuration.MaxValue.Ticks, GoDuration.MaxValue.Ticks].Select(TimeSpan.FromTicks).Sample(duration =>
            GoDuration.TryParse(GoDuration.Format(duration), out var read) && read == duration);

    [Fact]
    public void TryParse_AnyText_DoesNotThrow() =>
        Gen.Char["0123456789.+-nuµmsh "].Array[0, 30].Select(characters => new string(characters)).Sample(text =>
            GoDuration.TryParse(text, out var duration) ? duration.Duration() <= GoDuration.MaxValue : duration == TimeSpan.Zero);
}
