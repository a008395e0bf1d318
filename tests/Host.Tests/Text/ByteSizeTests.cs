using RegistryOperator.Host.Text;

namespace RegistryOperator.Host.Tests.Text;

public sealed class ByteSizeTests
{
    [Theory]
    [InlineData(0, "0 B", "0 B")]
    [InlineData(1023, "1023 B", "+1023 B")]
    [InlineData(1024, "1.0 KiB", "+1.0 KiB")]
    [InlineData(13_107_200, "12.5 MiB", "+12.5 MiB")]
    [InlineData(5L << 50, "5120.0 TiB", "+5120.0 TiB")]
    public void Format_Bytes_AreInTheLargestUnit(long bytes, string size, string difference) =>
        (ByteSize.Format(bytes), ByteSize.FormatDifference(bytes)).ShouldBe((size, difference));

    [Theory]
    [InlineData(-1, "-1 B")]
    [InlineData(-1536, "-1.5 KiB")]
    [InlineData(long.MinValue, "-8388608.0 TiB")]
    public void FormatDifference_Less_HasTheSign(long bytes, string difference) => ByteSize.FormatDifference(bytes).ShouldBe(difference);
}
