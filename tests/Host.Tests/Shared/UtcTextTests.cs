using RegistryOperator.Shared;

namespace RegistryOperator.Host.Tests.Shared;

public sealed class UtcTextTests
{
    /// <summary>Whatever the time's own offset and the reader's language are.</summary>
    [Fact]
    public void Text_TimeOfAnyOffset_IsUtc()
    {
        var time = new DateTimeOffset(2026, 5, 4, 0, 7, 42, TimeSpan.FromHours(2));

        (UtcText.ToDay(time), UtcText.ToMinute(time), UtcText.ToBareMinute(time), UtcText.ToSecond(time))
            .ShouldBe(("2026-05-03", "2026-05-03 22:07Z", "2026-05-03 22:07", "2026-05-03 22:07:42Z"));
    }
}
