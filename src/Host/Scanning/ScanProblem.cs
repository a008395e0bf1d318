using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Host.Scanning;

/// <summary>Why an image has no result, or none newer than the one it has.</summary>
/// <param name="Reason">One of <see cref="ScanReasons"/>, or a word of the scanner's own.</param>
/// <param name="Message">One sentence for the user.</param>
internal sealed record ScanProblem(string Reason, string Message)
{
    /// <summary>The longest sentence that goes into a status.</summary>
    private const int LongestMessage = 400;

    public static ScanProblem From(ScanException failure) =>
        new(failure.Reason, failure.Message.Length <= LongestMessage ? failure.Message : failure.Message[..LongestMessage] + "…");

    /// <summary>True where it says something about the scanner and not about the image or its registry, as <see cref="ScanReasons.TimedOut"/> may.</summary>
    public bool IsScannersFault => Reason is ScanReasons.Failed or ScanReasons.ScannerUnavailable;

    /// <summary>True where trying again at once may help.</summary>
    public bool IsTransient => Reason is ScanReasons.RegistryUnavailable;
}
