using System.Reflection;
using Microsoft.Extensions.Configuration;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Host.Plugins.Loading;

namespace RegistryOperator.Host.Tests.Plugins.Loading;

public sealed class PluginFaultTests
{
    public static TheoryData<Exception, string> Faults => new()
    {
        { new PluginException("A sentence."), "A sentence." },
        { new InvalidOperationException("No\r\n  licence."), "InvalidOperationException: No licence." },
        { new TargetInvocationException(new FormatException("x")), "FormatException: x" },
        { new TypeInitializationException("T", new TargetInvocationException(new FormatException("x"))), "FormatException: x" },
        { new ReflectionTypeLoadException([], [null, new FormatException("x"), new FormatException("y")]), "FormatException: x" },
        {
            new FileNotFoundException("m", "Newtonsoft.Json, Version=13.0.0.0, Culture=neutral, PublicKeyToken=30ad4fe6b2a6aeed"),
            "Its dependency Newtonsoft.Json 13.0.0 is missing: copy the whole output of 'dotnet publish' into the folder."
        },
        { new FileNotFoundException("not there", "/data/rules.json"), "FileNotFoundException: not there" },
        {
            new FileLoadException("m", "A, Version=1.2.3.4"),
            "Its dependency A 1.2.3 cannot be loaded, most often because this host has an older version of it: build against the host's version."
        },
        {
            new FileLoadException("m", "/plugins/a.dll"),
            "Its dependency a.dll cannot be loaded, most often because this host has an older version of it: build against the host's version."
        },
        { new BadImageFormatException("m", "/plugins/a.dll"), "a.dll is not an assembly that can be loaded here." },
        {
            new TypeLoadException("No\nmethod"),
            "It does not fit this host's contract: build it against this host's version of RegistryOperator.Abstractions (No method)."
        },
        {
            new MissingMethodException("No method"),
            "It does not fit this host's contract: build it against this host's version of RegistryOperator.Abstractions (No method)."
        },
        { new UnauthorizedAccessException("denied"), "It cannot be read by this process: denied" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void Describe_Fault_IsASentenceForWhoInstalls(Exception fault, string expected) => PluginFault.Describe(fault).ShouldBe(expected);

    [Fact]
    public void OneLine_PagesOfText_AreBounded() => PluginFault.OneLine(new string('x', 5000)).Length.ShouldBe(400);

    [Theory]
    [InlineData("Plugins:Trivy:Server is 'x'.", "Plugins:Trivy:Server is 'x'.")]
    [InlineData("plugins:trivy:server is\n 'x'.", "plugins:trivy:server is 'x'.")]
    [InlineData("Plugins:TrivyOther:Server is 'x'.", null)]
    [InlineData("The setting Plugins:Trivy:Server is 'x'.", null)]
    public void DescribeSetting_ItsOwnSetting_IsTheSentenceAlone(string message, string? expected)
    {
        var context = new PluginContext("Trivy", "/plugins/Trivy", new ConfigurationBuilder().Build());

        PluginFault.DescribeSetting(new FormatException(message), context).ShouldBe(expected);
        PluginFault.DescribeSetting(new TargetInvocationException(new FormatException(message)), context).ShouldBe(expected);
    }
}
