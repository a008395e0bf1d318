using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Abstractions.Tests.Scanning;

public class ScanExceptionTests
{
    private static readonly Dictionary<RegistryErrorKind, string> Expected = new()
    {
        [RegistryErrorKind.Other] = ScanReasons.Failed,
        [RegistryErrorKind.Unreachable] = ScanReasons.RegistryUnavailable,
        [RegistryErrorKind.TlsFailure] = ScanReasons.RegistryUnavailable,
        [RegistryErrorKind.TimedOut] = ScanReasons.TimedOut,
        [RegistryErrorKind.Unauthorized] = ScanReasons.Unauthorized,
        [RegistryErrorKind.Denied] = ScanReasons.Unauthorized,
        [RegistryErrorKind.NotFound] = ScanReasons.NotFound,
        [RegistryErrorKind.RateLimited] = ScanReasons.RateLimited,
        [RegistryErrorKind.ServerError] = ScanReasons.RegistryUnavailable,
        [RegistryErrorKind.TooLarge] = ScanReasons.TooLarge,
        [RegistryErrorKind.DigestMismatch] = ScanReasons.InvalidContent,
        [RegistryErrorKind.InvalidResponse] = ScanReasons.InvalidContent,
        [RegistryErrorKind.Unsupported] = ScanReasons.UnsupportedManifest,
        [RegistryErrorKind.InvalidRequest] = ScanReasons.Failed,
        [RegistryErrorKind.DestinationRefused] = ScanReasons.DestinationRefused,
    };

    [Fact]
    public void Of_EveryKindOfFailure_HasItsWord()
    {
        foreach (var kind in Enum.GetValues<RegistryErrorKind>())
        {
            ScanReasons.Of(kind).ShouldBe(Expected[kind], kind.ToString());
            ScanException.From(new RegistryException(kind, "Broken.")).Reason.ShouldBe(Expected[kind], kind.ToString());
        }
    }

    [Theory]
    [InlineData("Broken.", null, "Broken.")]
    [InlineData("Broken.", "", "Broken.")]
    [InlineData("Broken.", "Mend it.", "Broken. Mend it.")]
    [InlineData("Broken", "Mend it.", "Broken. Mend it.")]
    public void From_RegistryFailure_TellsWhatIsWrongAndWhatToDo(string message, string? advice, string expected)
    {
        var failure = new RegistryException(RegistryErrorKind.Unauthorized, message) { Advice = advice };

        var scan = ScanException.From(failure);

        scan.Message.ShouldBe(expected);
        scan.InnerException.ShouldBeSameAs(failure);
    }
}
