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

    [Theory]
    [InlineData(5, false, "1")] // what other resources were just told
    [InlineData(60, false, "2")]
    [InlineData(5, true, "2")] // whoever asks after replacing it means the new one
    public async Task Bind_DatabaseReplaced_HasTheNewOneAfterAWhileOrWhereAUserAsks(int secondsAgo, bool isAsked, string expected)
    {
        await DatabaseAsync(notBefore: null);
        _scanner.Readiness = WithDatabase("2");
        _time.Advance(TimeSpan.FromSeconds(secondsAgo));

        (await DatabaseAsync(isAsked ? _time.GetUtcNow() : null)).ShouldBe(expected);
    }

    private static ScannerReadiness WithDatabase(string version) => ScannerReadiness.Ready("tool 1") with { DatabaseVersion = version };

    private async Task<string?> DatabaseAsync(DateTimeOffset? notBefore)
    {
        var bound = await _directory.BindAsync(
            new ScannerUse(ScannerKind.Custom, "fake", TimeSpan.FromHours(1), "spec.scanners[0]"), notBefore, TestContext.Current.CancellationToken);
        return bound.Versions?.Database;
    }
}
