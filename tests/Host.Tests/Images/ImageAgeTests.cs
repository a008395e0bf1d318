using RegistryOperator.Host.Images;

namespace RegistryOperator.Host.Tests.Images;

public class ImageAgeTests
{
    [Theory]
    [InlineData("45.12:00:00", "45d")]
    [InlineData("02:59:59", "2h")]
    [InlineData("00:10:30", "10m")]
    [InlineData("00:00:05", "5s")]
    [InlineData("-00:00:05", "0s")]
    public void Format_Age_IsItsLargestUnit(string age, string expected) => ImageAge.Format(TimeSpan.Parse(age)).ShouldBe(expected);
}
