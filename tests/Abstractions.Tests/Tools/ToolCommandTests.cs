using RegistryOperator.Abstractions.Tools;

namespace RegistryOperator.Abstractions.Tests.Tools;

public class ToolCommandTests
{
    [Fact]
    public void Input_NotSet_IsEmpty() => new ToolCommand { Executable = "/bin/tool" }.Input.IsEmpty.ShouldBeTrue();

    [Fact]
    public void ToString_CommandWithInput_DoesNotShowIt() =>
        new ToolCommand { Executable = "/bin/tool", Input = "hunter2"u8.ToArray() }.ToString().ShouldNotContain("hunter2");
}
