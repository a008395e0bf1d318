using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Text.Json;

namespace RegistryOperator.Sigstore.Findings;

/// <summary>What readers of the platform throw at bytes of strangers; a refusal, not a fault.</summary>
internal static class Unreadable
{
    public static bool Is(Exception problem) => problem is RejectedException or CryptographicException or AsnContentException or JsonException
        or FormatException or ArgumentException or NotSupportedException or InvalidOperationException or OverflowException or IndexOutOfRangeException;

    public static RejectedException Of(Exception problem, string what) => problem as RejectedException
        ?? RejectedException.Invalid($"{what} can't be read: {problem.Message}");
}
