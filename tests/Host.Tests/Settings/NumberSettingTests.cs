using Microsoft.Extensions.Configuration;
using RegistryOperator.Host.Settings;

namespace RegistryOperator.Host.Tests.Settings;

public class NumberSettingTests
{
    [Theory]
    [InlineData(null, int.MaxValue, 7)]
    [InlineData("1", int.MaxValue, 1)]
    [InlineData("2147483647", int.MaxValue, int.MaxValue)]
    [InlineData("10", 10, 10)]
    [InlineData("007", 10, 7)]
    public void Read_WholeNumber_IsTaken(string? text, int maximum, int expected) => Read(text, maximum).ShouldBe(expected);

    [Theory]
    [InlineData("0", int.MaxValue, "above 0")]
    [InlineData("-1", int.MaxValue, "above 0")]
    [InlineData("+1", int.MaxValue, "above 0")]
    [InlineData("1.5", int.MaxValue, "above 0")]
    [InlineData(" 1", int.MaxValue, "above 0")]
    [InlineData("", int.MaxValue, "above 0")]
    [InlineData("x", int.MaxValue, "above 0")]
    [InlineData("2147483648", int.MaxValue, "above 0")]
    [InlineData("11", 10, "from 1 to 10")]
    [InlineData("0", 10, "from 1 to 10")]
    public void Read_Other_NamesTheSettingAndWhatIsExpected(string text, int maximum, string expected) =>
        Should.Throw<InputException>(() => Read(text, maximum)).Message.ShouldBe($"Setting Section:Name: '{text}' is not a whole number {expected}, e.g. 7.");

    private static int Read(string? text, int maximum)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(text is null ? [] : [new("Section:Name", text)]).Build();
        return maximum == int.MaxValue
            ? NumberSetting.Read(configuration.GetSection("Section"), "Name", 7)
            : NumberSetting.Read(configuration.GetSection("Section"), "Name", 7, maximum);
    }
}
