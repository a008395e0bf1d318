using RegistryOperator.Host.Plugins.Loading;

namespace RegistryOperator.Host.Tests.Plugins.Loading;

public sealed class ContractCompatibilityTests
{
    [Theory]
    [InlineData("1.0.0", "1.0.0", null)]
    [InlineData("1.0.7", "1.0.0", null)]
    [InlineData("1.2.0", "1.3.1", null)]
    [InlineData("1.3.0-preview.1", "1.3.0", null)]
    [InlineData("1.4.0", "1.3.1", "It was built against contract 1.4.0, this host offers 1.3.1: use a newer host or a plugin built against 1.3.")]
    [InlineData("2.0.0", "1.0.0", "It was built against contract 2.0.0, this host offers 1.0.0: use a newer host or a plugin built against 1.x.")]
    [InlineData("1.9.0", "2.0.0", "It was built against contract 1.9.0, this host offers 2.0.0: use a plugin built against 2.x or an older host.")]
    [InlineData(null, "1.0.0", "It carries no contract version: reference the RegistryOperator.Abstractions package and build it again.")]
    [InlineData(
        "newest", "1.0.0",
        "It carries the contract version 'newest', which is no version: reference the RegistryOperator.Abstractions package and build it again.")]
    public void CheckContract_Versions_SaysWhatToDo(string? built, string offered, string? expected) =>
        ContractCompatibility.CheckContract(built, offered).ShouldBe(expected);

    [Theory]
    [InlineData(null, null)]
    [InlineData(".NETCoreApp,Version=v10.0", null)]
    [InlineData(".NETCoreApp,Version=v8.0", null)]
    [InlineData(".NETStandard,Version=v2.0", null)]
    [InlineData(".NETCoreApp,Version=v11.0", "It was built for .NET 11.0, this host runs on .NET 10.0: use a newer host or a plugin built for .NET 10.0.")]
    [InlineData(".NETFramework,Version=v4.8", "It was built for .NETFramework 4.8, which is not .NET 10.0: build it for net10.0.")]
    [InlineData("nonsense", "It names its target framework 'nonsense', which is none: build it for net10.0.")]
    public void CheckFramework_Target_SaysWhatToDo(string? target, string? expected) =>
        ContractCompatibility.CheckFramework(target, new Version(10, 0, 12)).ShouldBe(expected);
}
