using System.Text;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Secrets;

namespace RegistryOperator.Abstractions.Scanning;

/// <summary>
/// The content of the Secrets that a scanner's options name. Kept in memory only, never in reports, logs or arguments: <see cref="ToString"/> of it, and so
/// of a request, shows no content. Immutable.
/// </summary>
public sealed class ScanSecrets
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    private readonly Dictionary<SecretKeyReference, ReadOnlyMemory<byte>> _values;
    private readonly Lazy<SecretMask> _mask;

    /// <summary>Creates it from these values; for duplicate references, the last one wins.</summary>
    public ScanSecrets(IEnumerable<KeyValuePair<SecretKeyReference, ReadOnlyMemory<byte>>> values)
    {
        ArgumentNullException.ThrowIfNull(values);
        _values = [];
        foreach (var (reference, value) in values) _values[reference] = value;
        _mask = new Lazy<SecretMask>(MakeMask);
    }

    /// <summary>No secrets.</summary>
    public static ScanSecrets None { get; } = new([]);

    /// <summary>True where there is a value, though it may be empty.</summary>
    public bool Contains(SecretKeyReference reference) => _values.ContainsKey(reference);

    /// <summary>The bytes.</summary>
    /// <exception cref="ScanException">There is no such value (<see cref="ScanReasons.Unauthorized"/>); the message is for the user.</exception>
    public ReadOnlyMemory<byte> Get(SecretKeyReference reference)
    {
        ArgumentNullException.ThrowIfNull(reference);
        return _values.TryGetValue(reference, out var value)
            ? value
            : throw new ScanException(
                ScanReasons.Unauthorized, $"There is no {reference}: make it in the resource's namespace, or correct the scanner's options.");
    }

    /// <summary>The bytes as UTF-8 text. One trailing line end is removed: Secrets made from files often have it.</summary>
    /// <exception cref="ScanException">There is no such value, or it is not text (<see cref="ScanReasons.Unauthorized"/>).</exception>
    public string GetText(SecretKeyReference reference)
    {
        var bytes = Get(reference).Span;
        bytes = bytes switch
        {
            [.., (byte)'\r', (byte)'\n'] => bytes[..^2],
            [.., (byte)'\n'] => bytes[..^1],
            _ => bytes,
        };
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            // Without the cause, which quotes bytes.
            throw new ScanException(ScanReasons.Unauthorized, $"The {reference} is no text in UTF-8: the scanner can't use it.");
        }
    }

    /// <summary>
    /// Masks the values in a text that a tool or a server wrote, as <see cref="SecretMask"/> does: texts in all their forms, and the Base64 of all. The host
    /// does so with the messages of exceptions.
    /// </summary>
    public string Conceal(string text) => _mask.Value.Conceal(text);

    /// <summary>The mask of the values, which is made once.</summary>
    public SecretMask CreateMask() => _mask.Value;

    /// <summary>The number of values, without their content.</summary>
    public override string ToString() => _values.Count == 1 ? "1 secret" : $"{_values.Count} secrets";

    private SecretMask MakeMask()
    {
        string[] texts = [.. _values.Values.Select(TextOf).OfType<string>()];
        // Files often end with a line end, which is no part of what a tool repeats.
        var encoded = _values.Values.SelectMany(value => SecretForms.Base64(value.Span)).Concat(texts.SelectMany(secret => SecretForms.Base64(secret.Trim())));
        return new SecretMask(texts, encoded);
    }

    private static string? TextOf(ReadOnlyMemory<byte> value)
    {
        try
        {
            return StrictUtf8.GetString(value.Span);
        }
        catch (DecoderFallbackException)
        {
            return null;
        }
    }
}
