using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging.Abstractions;
using RegistryOperator.Host.Hosting;
using RegistryOperator.Host.Settings;
using RegistryOperator.Reports;
using RegistryOperator.Tests.ReportStores;

namespace RegistryOperator.Host.Tests.Settings;

/// <summary>The section <c>Reports</c> of the settings.</summary>
public sealed class ReportSettingsTests : IDisposable
{
    private readonly DirectoryInfo _root = Directory.CreateTempSubdirectory("limits-");

    public void Dispose() => _root.Delete(recursive: true);

    [Fact]
    public void Read_NothingSet_IsTheDefaults() => Read().ShouldBe(new ReportLimits());

    [Fact]
    public void Read_AllSet_IsInMiBAndHours() =>
        Read(("Reports:MaximumDocumentMiB", "128"), ("Reports:MaximumTotalMiB", "20480"), ("reports:timetolivehours", "36"))
            .ShouldBe(new ReportLimits { MaximumDocumentBytes = 128L << 20, MaximumTotalBytes = 20L << 30, TimeToLive = TimeSpan.FromHours(36) });

    [Theory]
    [InlineData("MaximumDocumentMiB", "1")]
    [InlineData("MaximumDocumentMiB", "953")]
    [InlineData("MaximumTotalMiB", "1")]
    [InlineData("MaximumTotalMiB", "2147483647")]
    [InlineData("TimeToLiveHours", "1")]
    [InlineData("TimeToLiveHours", "876000")]
    public void Read_AtABound_IsTaken(string name, string value)
    {
        var limits = Read(($"Reports:{name}", value));

        limits.MaximumDocumentBytes.ShouldBeInRange(1 << 20, 1_000_000_000, "SQLite takes no more");
        limits.MaximumTotalBytes.ShouldBePositive();
        (DateTimeOffset.UnixEpoch - limits.TimeToLive).ShouldBeLessThan(DateTimeOffset.UnixEpoch);
    }

    [Theory]
    [InlineData("MaximumDocumentMiB", "0", "from 1 to 953, e.g. 64")]
    [InlineData("MaximumDocumentMiB", "954", "from 1 to 953, e.g. 64")]
    [InlineData("MaximumDocumentMiB", "", "from 1 to 953, e.g. 64")]
    [InlineData("MaximumTotalMiB", "-1", "e.g. 10240")]
    [InlineData("MaximumTotalMiB", "10GiB", "e.g. 10240")]
    [InlineData("MaximumTotalMiB", "2147483648", "e.g. 10240")]
    [InlineData("TimeToLiveHours", "1.5", "from 1 to 876000, e.g. 168")]
    [InlineData("TimeToLiveHours", "876001", "from 1 to 876000, e.g. 168")]
    public void Read_OutOfBounds_NamesTheSettingItsBoundsAndAnExample(string name, string value, string expected)
    {
        var message = Should.Throw<InputException>(() => Read(($"Reports:{name}", value))).Message;

        message.ShouldStartWith($"Setting Reports:{name}: '{value}' is not a whole number");
        message.ShouldContain(expected);
    }

    [Fact]
    public async Task StartAsync_LimitsInTheFileAndOnTheCommandLine_AreThoseOfTheStore()
    {
        var token = TestContext.Current.CancellationToken;
        var file = Path.Combine(_root.FullName, "settings.json");
        await File.WriteAllTextAsync(file, """{"Reports": {"MaximumDocumentMiB": 900, "MaximumTotalMiB": 1}}""", token);
        var settings = new HostSettings { PluginDirectories = [], ConfigurationFile = file, Settings = [new("Reports:MaximumDocumentMiB", "1")] };
        await using var engine = await Engine.StartAsync(
            settings, Path.Combine(_root.FullName, "data"), NullLoggerFactory.Instance, TimeProvider.System, token);
        var report = SampleReports.Sbom(SampleReports.Image("a"));

        var tooLarge = report with { Documents = [new("application/octet-stream", new byte[(1 << 20) + 1])] };
        (await Should.ThrowAsync<ReportTooLargeException>(() => engine.Reports!.SaveAsync(tooLarge, token))).Message.ShouldContain("takes 1048576");

        // Twice as much as the store may hold, in bytes that can't be compressed.
        for (var number = 0; number < 4; number++)
        {
            var content = new byte[1 << 19];
            new Random(number).NextBytes(content);
            await engine.Reports!.SaveAsync(
                SampleReports.Sbom(SampleReports.Image($"{number}")) with { Documents = [new("application/octet-stream", content)] }, token);
        }

        (await engine.Reports!.CollectGarbageAsync(token)).ShouldBeInRange(2, 3);
    }

    private static ReportLimits Read(params (string Key, string Value)[] settings) => ReportSettings.Read(new ConfigurationBuilder()
        .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build());
}
