using System.Globalization;
using System.Net;
using CsCheck;
using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Tests.Transport;

public sealed class DelayHeaderTests
{
    // 1767225600 seconds since 1970.
    private static readonly DateTimeOffset Now = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Forms of a delay, and the seconds that are waited; null where none is told.</summary>
    public static TheoryData<string, double?> Forms { get; } = new()
    {
        { "0", 0 },
        { "7", 7 },
        { " 7 ", 7 },
        { "007", 7 },
        { "1.5", 1.5 },
        { "30;w=60", 30 },
        { "3599", 3599 },
        { "3600", 3600 },
        // More than the bound, but no time: as long as is believed.
        { "3601", 3600 },
        { "86400", 3600 },
        { "999999999", 3600 },
        // A Unix time.
        { "1767225605", 5 },
        { "1767225600", 0 },
        { "1767225599", 0 },
        { "1000000000", 0 },
        { "1767229201", 3600 },
        { "99999999999", 3600 },
        { "1767225605.25", 5.25 },
        // The same in milliseconds.
        { "1767225605000", 5 },
        { "1767225600500", 0.5 },
        { "1767225599000", 0 },
        { "100000000000", 0 },
        { "1767225605000000", 3600 },
        // A date, in each form that HTTP knows, and as the internet writes it.
        { "Thu, 01 Jan 2026 00:01:30 GMT", 90 },
        { "Thursday, 01-Jan-26 00:01:30 GMT", 90 },
        { "Thu Jan  1 00:01:30 2026", 90 },
        { "Wed, 31 Dec 2025 00:00:00 GMT", 0 },
        { "Fri, 01 Jan 2027 00:00:00 GMT", 3600 },
        { "Fri, 31 Dec 9999 23:59:59 GMT", 3600 },
        { "2026-01-01T00:01:30Z", 90 },
        { "2026-01-01T01:01:30.5+01:00", 90.5 },
        { "2026-01-01T00:01:30", 90 },
        // Nothing that can be meant.
        { "", null },
        { " ", null },
        { ";", null },
        { "-5", null },
        { "+5", null },
        { "-1767225605", null },
        { "1e3", null },
        { "1,000", null },
        { "0x10", null },
        { "NaN", null },
        { "Infinity", null },
        { "∞", null },
        { "30 s", null },
        { "soon", null },
        { "99999999999999999999999999999999999", null },
    };

    [Theory]
    [MemberData(nameof(Forms))]
    public void Parse_HeaderOfThisForm_GivesTheSecondsToWait(string text, double? seconds) =>
        DelayHeader.Parse(text, Now)?.TotalSeconds.ShouldBe(seconds!.Value);

    [Theory]
    [MemberData(nameof(Forms))]
    public void Parse_HeaderOfThisForm_TellsADelayOrNone(string text, double? seconds) => (DelayHeader.Parse(text, Now) is null).ShouldBe(seconds is null);

    [Fact]
    public void Parse_AnyText_IsWithinTheBounds()
    {
        var number = Gen.Select(
            Gen.Double, Gen.OneOf(Gen.Const("R"), Gen.Const("F0"), Gen.Const("E3")), (value, format) => value.ToString(format, CultureInfo.InvariantCulture));
        var whole = Gen.OneOf(Gen.Long, Gen.Long[0, 4_000_000_000_000]).Select(value => value.ToString(CultureInfo.InvariantCulture));
        var date = Gen.DateTime.Select(value => value.ToString("R", CultureInfo.InvariantCulture));
        var characters = Gen.Char["0123456789.-+:;,TZ eE GMT"].Array[0, 30].Select(text => new string(text));

        Gen.OneOf(number, whole, date, characters, Gen.String).Sample(text =>
        {
            if (DelayHeader.Parse(text, Now) is { } delay) delay.ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromHours(1));
        });
    }

    [Fact]
    public void Parse_AnyTimeOfTheNextHour_IsTheSameInEveryForm() => Gen.Int[0, 3600].Sample(seconds =>
    {
        var time = Now.AddSeconds(seconds);
        string[] forms =
        [
            $"{seconds}", $"{time.ToUnixTimeSeconds()}", $"{time.ToUnixTimeMilliseconds()}",
            time.ToString("R", CultureInfo.InvariantCulture), time.ToString("O"),
        ];

        forms.ShouldAllBe(form => DelayHeader.Parse(form, Now) == TimeSpan.FromSeconds(seconds));
    });

    [Theory]
    [InlineData(new[] { "7", "9" }, 7)]
    [InlineData(new[] { "soon", "9" }, 9)]
    [InlineData(new[] { "soon", "later" }, null)]
    [InlineData(new string[0], null)]
    public void Read_HeaderSentSeveralTimes_TakesTheFirstThatTellsADelay(string[] values, int? seconds)
    {
        using var response = new HttpResponseMessage();
        if (values.Length > 0) response.Headers.TryAddWithoutValidation("Retry-After", values);

        DelayHeader.Read(response.Headers.NonValidated, "Retry-After", Now).ShouldBe(seconds is { } expected ? TimeSpan.FromSeconds(expected) : null);
    }

    [Theory]
    [InlineData("76;w=21600", null, 76, null)]
    [InlineData("0", "30", 0, 30)]
    [InlineData(" 5 ", "1767225660", 5, 60)]
    [InlineData("5", "1767225000", 5, 0)]
    [InlineData("5", "1767225605000", 5, 5)]
    [InlineData("5", "Thu, 01 Jan 2026 00:01:30 GMT", 5, 90)]
    [InlineData("5", "86400", 5, 3600)]
    [InlineData("5", "-30", 5, null)]
    [InlineData("5", "never", 5, null)]
    [InlineData("many", "30", null, null)]
    [InlineData("-1", "30", null, null)]
    [InlineData("", "30", null, null)]
    [InlineData(null, "30", null, null)]
    public void RateLimit_HeadersOfThisForm_GiveWhatIsLeftAndUntilWhen(string? remaining, string? reset, int? expectedRemaining, int? expectedSeconds)
    {
        using var response = new HttpResponseMessage(HttpStatusCode.OK);
        if (remaining is not null) response.Headers.TryAddWithoutValidation("RateLimit-Remaining", remaining);
        if (reset is not null) response.Headers.TryAddWithoutValidation("RateLimit-Reset", reset);

        var limit = RateLimit.Read(response.Headers.NonValidated, Now);

        limit?.Remaining.ShouldBe(expectedRemaining!.Value);
        (limit is null).ShouldBe(expectedRemaining is null);
        ((int?)limit?.Reset?.TotalSeconds).ShouldBe(expectedSeconds);
    }
}
