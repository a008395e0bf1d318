using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Secrets;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Kinds;

namespace RegistryOperator.Host.Scans.Planning;

/// <summary>What the Secrets hold that a scanner's options name.</summary>
/// <param name="Values">For the scanner alone.</param>
/// <param name="Identity">Changes with the content, and reveals nothing of it; null where the options name no Secret.</param>
internal sealed record ReadSecrets(ScanSecrets Values, string? Identity)
{
    public static ReadSecrets None { get; } = new(ScanSecrets.None, null);
}

/// <summary>Reads the Secrets that the options of a scanner name, of whichever kind it is.</summary>
internal sealed class OptionSecrets(SecretIdentity identity)
{
    /// <param name="use">What the resource asks for: its section may name Secrets, too.</param>
    /// <param name="options">The options as they were bound; null for none.</param>
    /// <param name="secrets">The resource's.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <exception cref="FormatException">The options name what can't be a Secret or a key, or too many.</exception>
    /// <exception cref="RoundFailedException">A Secret or a key is missing, can't be read, or is too large.</exception>
    public async Task<ReadSecrets> ReadAsync(ScannerUse use, object? options, ResourceSecrets secrets, CancellationToken cancellationToken)
    {
        NamedSecret[] named = [.. SecretReferences.Find(use.OptionsField, options), .. SecretReferences.Find(use.SectionField, use.Section)];
        if (named.Length == 0) return ReadSecrets.None;
        var values = new Dictionary<SecretKeyReference, ReadOnlyMemory<byte>>();
        foreach (var (at, reference) in named) values[reference] = await secrets.GetValueAsync(at, reference, cancellationToken);
        return new ReadSecrets(new ScanSecrets(values), identity.Of(values));
    }
}
