using Microsoft.Extensions.Configuration;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Settings;

namespace RegistryOperator.Host.Tests.Rounds;

public sealed class ReadingSettingsTests
{
    [Fact]
    public void Read_NothingSet_IsTheDefault()
    {
        Read().ShouldBe(new ReadingSettings());
        new ReadingSettings().ShouldBe(
            new ReadingSettings { Timeout = TimeSpan.FromMinutes(10), MemoryBytes = 192L << 20, PageBytes = 48L << 20 }, "as the documentation says");
    }

    [Theory]
    [InlineData("1", 1L << 20)]
    [InlineData("1024", 1L << 30)]
    public void Read_PageAtABound_IsTaken(string value, long expected) => Read(("Reading:MaximumPageMiB", value)).PageBytes.ShouldBe(expected);

    [Theory]
    [InlineData("MaximumPageMiB", "0", "from 1 to 1024, e.g. 48")]
    [InlineData("MaximumPageMiB", "1025", "from 1 to 1024, e.g. 48")]
    [InlineData("MaximumPageMiB", "48MiB", "from 1 to 1024, e.g. 48")]
    [InlineData("MemoryMiB", "0", "above 0, e.g. 192")]
    [InlineData("TimeoutSeconds", "86401", "from 1 to 86400, e.g. 600")]
    public void Read_OutOfBounds_NamesTheSettingItsBoundsAndAnExample(string name, string value, string expected) =>
        Should.Throw<InputException>(() => Read(($"Reading:{name}", value))).Message
            .ShouldBe($"Setting Reading:{name}: '{value}' is not a whole number {expected}.");

    private static ReadingSettings Read(params (string Key, string Value)[] settings) => ReadingSettings.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(one => KeyValuePair.Create(one.Key, (string?)one.Value))).Build());
}
