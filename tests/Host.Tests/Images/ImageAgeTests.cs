using RegistryOperator.Host.Images;

namespace RegistryOperator.Host.Tests.Images;

public class ImageAgeTests
{
    [Theory]
    [InlineData("400.00:00:00", "400d")]
    [InlineData("45.12:00:00", "45d")]
    [InlineData("1.00:00:00", "1d")]
    [InlineData("23:59:59.9", "23h")]
    [InlineData("02:59:59", "2h")]
    [InlineData("01:00:00", "1h")]
    [InlineData("00:59:59.9", "59m")]
    [InlineData("00:10:30", "10m")]
    [InlineData("00:01:00", "1m")]
    [InlineData("00:00:59.9", "59s")]
    [InlineData("00:00:05", "5s")]
    [InlineData("00:00:00", "0s")]
    [InlineData("-00:00:05", "0s")]
    [InlineData("-90.00:00:00", "0s")]
    public void Format_Age_IsItsLargestUnit(string age, string expected) => ImageAge.Format(TimeSpan.Parse(age)).ShouldBe(expected);
}
