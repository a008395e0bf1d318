using CsCheck;
using RegistryOperator.Host.Registry.Spec;

namespace RegistryOperator.Host.Tests.Registry.Spec;

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
    [InlineData("9999999999999999999999999999h")]
    [InlineData("1h9999999999999999999999999999ns")]
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

    [Theory]
    [InlineData("1ns", 0)] // finer than a tick is cut off
    [InlineData("99ns", 0)]
    [InlineData("199ns", 1)]
    [InlineData("-199ns", -1)]
    [InlineData("0.0000001s", 1)]
    [InlineData("50ns50ns", 1)]
    [InlineData("2562047h47m16.854775807s", 92_233_720_368_547_758)] // the longest that Go has
    public void TryParse_Resolution_IsATick(string text, long ticks)
    {
        GoDuration.TryParse(text, out var duration).ShouldBeTrue();
        duration.Ticks.ShouldBe(ticks);
    }

    [Theory]
    [InlineData("2562047h47m16.854775808s")]
    [InlineData("9223372036854775808ns")]
    [InlineData("9223372036854775807s")]
    public void TryParse_LongerThanGosLongest_IsRefused(string text) => GoDuration.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData(9, "900ns")]
    [InlineData(10, "1µs")]
    [InlineData(9_999, "999.9µs")]
    [InlineData(10_000, "1ms")]
    [InlineData(9_999_999, "999.9999ms")]
    [InlineData(10_000_000, "1s")]
    [InlineData(599_999_999, "59.9999999s")]
    [InlineData(35_999_999_999, "59m59.9999999s")]
    [InlineData(36_000_000_000, "1h0m0s")]
    public void Format_EndsOfUnits_AreThoseOfGo(long ticks, string expected) => GoDuration.Format(TimeSpan.FromTicks(ticks)).ShouldBe(expected);

    [Fact]
    public void Parse_FormattedDuration_IsTheSame() =>
        Gen.Long[-GoDuration.MaxValue.Ticks, GoDuration.MaxValue.Ticks].Select(TimeSpan.FromTicks).Sample(duration =>
            GoDuration.TryParse(GoDuration.Format(duration), out var read) && read == duration);

    [Fact]
    public void TryParse_AnyText_DoesNotThrow() =>
        Gen.Char["0123456789.+-nuµmsh "].Array[0, 30].Select(characters => new string(characters)).Sample(text =>
            GoDuration.TryParse(text, out var duration) ? duration.Duration() <= GoDuration.MaxValue : duration == TimeSpan.Zero);
}
