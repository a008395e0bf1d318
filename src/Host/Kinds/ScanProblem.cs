using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Kinds;

/// <summary>Why an image has no result, or none newer than the one it has. The words are a plugin's or its tool's: they are cleaned and bounded here.</summary>
/// <param name="Reason">One of <see cref="ScanReasons"/>, or a word of the scanner's own.</param>
/// <param name="Message">One sentence for the user.</param>
internal sealed record ScanProblem(string Reason, string Message)
{
    /// <summary>The longest sentence that goes into a status.</summary>
    public const int LongestMessage = 400;

    /// <summary>The longest reason: ours have up to 19 characters.</summary>
    public const int LongestReason = 64;

    public string Reason { get; } = IsWord(Reason) ? Reason : ScanReasons.Failed;

    public string Message { get; } = OutsideText.Of(Message ?? "", LongestMessage);

    public static ScanProblem From(ScanException failure) => new(failure.Reason, failure.Message);

    /// <summary>What a section of a status says; nothing where it has no reason.</summary>
    public static IEnumerable<ScanProblem> Of(string? reason, string? message) => reason is null ? [] : [new ScanProblem(reason, message ?? "")];

    /// <summary>True where the problem is the scanner's and not the image's or its registry's, as <see cref="ScanReasons.TimedOut"/> may.</summary>
    public bool IsScannersFault => Reason is ScanReasons.Failed or ScanReasons.ScannerUnavailable;

    /// <summary>True where trying again at once may help.</summary>
    public bool IsTransient => Reason is ScanReasons.RegistryUnavailable;

    /// <summary>The form of a reason: scripts compare reasons, and columns are as wide as the longest.</summary>
    private static bool IsWord(string? reason) =>
        reason is [var first, ..] && reason.Length <= LongestReason && char.IsAsciiLetter(first) && reason.All(char.IsAsciiLetterOrDigit);
}
