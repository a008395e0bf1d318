using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using RegistryOperator.Host.Hosting;
using RegistryOperator.Host.Settings;
using RegistryOperator.Host.Tests.Cli;

namespace RegistryOperator.Host.Tests.Hosting;

public sealed partial class SettingNamesTests
{
    [Theory]
    [InlineData("Secrets:RequireLabel")]
    [InlineData("secrets:requirelabel")]
    [InlineData("Network:Allow:0")]
    [InlineData("Security:TrustedPaths:1")]
    [InlineData("Plugins:Trivy:Server")] // the plugin's, which says what it does not know
    public void Check_WhatIsRead_Passes(string key) => Should.NotThrow(() => SettingNames.Check(Given(key)));

    [Theory]
    [InlineData("Secrets:RequiredLabel", "Setting Secrets:RequiredLabel: there is no such setting; did you mean Secrets:RequireLabel?")]
    [InlineData("Network:Allowed", "Setting Network:Allowed: there is no such setting; did you mean Network:Allow?")]
    [InlineData("Foo:Bar", "Setting Foo:Bar: there is no such setting; docs/configuration.md lists all.")]
    public void Check_WhatNothingReads_IsRefused(string key, string expected) =>
        Should.Throw<InputException>(() => SettingNames.Check(Given(key))).Message.ShouldBe(expected);

    [Theory]
    [InlineData("Scaning:Concurrency", "RO_Scaning__Concurrency is not read: did you mean RO_Scanning__Concurrency?")]
    [InlineData("Scanning_Concurrency", "RO_Scanning_Concurrency is not read: did you mean RO_Scanning__Concurrency?")]
    [InlineData("Plugin:Trivy:Server", "RO_Plugin__Trivy__Server is not read: did you mean RO_Plugins__Trivy__Server?")]
    [InlineData("DataDri", "RO_DataDri is not read: did you mean RO_DataDir?")]
    [InlineData("Foo:Bar", "RO_Foo__Bar is not read: there is no such setting; docs/configuration.md lists all.")]
    [InlineData("scanning:concurrency", null)]
    [InlineData("Plugins:Trivy:Server", null)]
    [InlineData("Network:Allow:0", null)]
    [InlineData("DataDir", null)]
    [InlineData("StackTrace", null)]
    [InlineData("PORT_80_TCP_ADDR", null)] // of a service that is called 'ro'
    public void NoticesOf_VariableThatNothingReads_IsToldWhereItLooksLikeASetting(string key, string? expected) =>
        SettingNames.NoticesOf(Given(key), "RO_", "RO_DataDir", "RO_StackTrace").ShouldBe(expected is null ? [] : [$"The environment variable {expected}"]);

    [Fact]
    public void All_OfTheDocument_AreThese()
    {
        var text = File.ReadAllText(Path.Combine(GoldenFile.Root, "docs", "configuration.md"));

        SettingRow().Matches(text).Select(row => row.Groups["name"].Value).ShouldBe(SettingNames.All, ignoreOrder: true);
    }

    private static IConfiguration Given(string key) => new ConfigurationBuilder().AddInMemoryCollection([new(key, "x")]).Build();

    [GeneratedRegex(@"^\| `(?<name>[A-Z]\w+:\w+)` \|", RegexOptions.Multiline | RegexOptions.NonBacktracking | RegexOptions.ExplicitCapture)]
    private static partial Regex SettingRow();
}
