using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Scanning.Planning;

namespace RegistryOperator.Host.Tests.Scanning.Planning;

public class ScannerDirectoryTests
{
    private readonly FakeTimeProvider _time = new();
    private readonly FakeScanner _scanner = new() { Readiness = WithDatabase("1") };
    private readonly ScannerDirectory _directory;

    public ScannerDirectoryTests() => _directory = new ScannerDirectory([_scanner.Guarded()], _time, NullLogger<ScannerDirectory>.Instance);

    [Fact]
    public async Task Bind_DatabaseReplacedSecondsAgo_TakesWhatOtherResourcesWereJustTold()
    {
        await DatabaseAsync(notBefore: null);
        _scanner.Readiness = WithDatabase("2");
        _time.Advance(TimeSpan.FromSeconds(5));

        (await DatabaseAsync(notBefore: null)).ShouldBe("1");
    }

    [Fact]
    public async Task Bind_DatabaseReplacedAWhileAgo_HasTheNewOne()
    {
        await DatabaseAsync(notBefore: null);
        _scanner.Readiness = WithDatabase("2");
        _time.Advance(TimeSpan.FromMinutes(1));

        (await DatabaseAsync(notBefore: null)).ShouldBe("2");
    }

    [Fact]
    public async Task Bind_AUserAskedAfterTheDatabaseWasReplaced_HasTheNewOne()
    {
        await DatabaseAsync(notBefore: null);
        _scanner.Readiness = WithDatabase("2");
        _time.Advance(TimeSpan.FromSeconds(5));

        (await DatabaseAsync(notBefore: _time.GetUtcNow())).ShouldBe("2");
    }

    private static ScannerReadiness WithDatabase(string version) => ScannerReadiness.Ready("tool 1") with { DatabaseVersion = version };

    private async Task<string?> DatabaseAsync(DateTimeOffset? notBefore)
    {
        var bound = await _directory.BindAsync(
            new ScannerUse(ScannerKind.Custom, "fake", TimeSpan.FromHours(1), "spec.scanners[0]"), notBefore, TestContext.Current.CancellationToken);
        return bound.Versions?.Database;
    }
}
