using Microsoft.Extensions.Configuration;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Settings;

namespace RegistryOperator.Host.Tests.Scans.Model;

public class ScanSettingsTests
{
    [Fact]
    public void Read_NothingSet_AreTheDefaults() =>
        Read().ShouldBe(new ScanSettings { Concurrency = 4, ScannerConcurrency = 2, Timeout = TimeSpan.FromMinutes(5) });

    [Fact]
    public void Read_AllSet_AreThose() =>
        Read(("Concurrency", "7"), ("ScannerConcurrency", "3"), ("TimeoutSeconds", "86400"))
            .ShouldBe(new ScanSettings { Concurrency = 7, ScannerConcurrency = 3, Timeout = TimeSpan.FromDays(1) });

    [Theory]
    [InlineData("Concurrency", "0")]
    [InlineData("ScannerConcurrency", "-1")]
    [InlineData("TimeoutSeconds", "5m")]
    [InlineData("TimeoutSeconds", "86401")] // beyond what a timer takes, or nearly so
    [InlineData("TimeoutSeconds", "5000000")]
    public void Read_NoSuchNumber_NamesTheSetting(string key, string value) =>
        Should.Throw<InputException>(() => Read((key, value))).Message.ShouldContain($"Scanning:{key}: '{value}'");

    private static ScanSettings Read(params (string Key, string Value)[] settings) =>
        ScanSettings.Read(new ConfigurationBuilder()
            .AddInMemoryCollection(settings.ToDictionary(one => "Scanning:" + one.Key, string? (one) => one.Value))
            .Build());
}
