using System.Text;
using RegistryOperator.Host.Tools;

namespace RegistryOperator.Host.Tests.Tools;

public sealed class PeakMemoryTests
{
    [Theory]
    [InlineData("Name:\tsyft\nVmPeak:\t  999 kB\nVmHWM:\t   184320 kB\nVmRSS:\t  5 kB\n", 184_320L * 1024)]
    [InlineData("VmHWM:\t0 kB\n", 0L)]
    [InlineData("Name:\tsyft\nState:\tZ (zombie)\n", null)]
    [InlineData("VmHWM:\t", null)]
    [InlineData("", null)]
    public void Parse_Status_TakesTheLargestResidentSize(string status, long? bytes) => PeakMemory.Parse(Encoding.UTF8.GetBytes(status)).ShouldBe(bytes);
}
