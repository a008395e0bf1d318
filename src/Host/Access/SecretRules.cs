using Microsoft.Extensions.Configuration;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Host.Settings;

namespace RegistryOperator.Host.Access;

/// <summary>
/// Which Secrets resources may name. Who may write a resource may have its Secrets sent to a host of his choice, though he may not read them himself:
/// so none that is made for something else is used, and none without the label that the settings ask for.
/// </summary>
/// <param name="RequiredLabel">The label's key; null asks for none.</param>
/// <param name="RequiredValue">Its value; null takes any.</param>
internal sealed record SecretRules(string? RequiredLabel = null, string? RequiredValue = null)
{
    /// <summary>The setting with the label: <c>KEY</c> or <c>KEY=VALUE</c>.</summary>
    public const string LabelSetting = "Secrets:RequireLabel";

    // https://kubernetes.io/docs/concepts/configuration/secret/#secret-types
    private static readonly string[] Types =
        ["Opaque", "kubernetes.io/basic-auth", "kubernetes.io/dockercfg", "kubernetes.io/dockerconfigjson"];

    // Its private key is sent to nobody: it is used where a certificate is asked for, and for nothing else.
    private const string TlsType = "kubernetes.io/tls";

    /// <summary>Every Secret of a suitable type.</summary>
    public static SecretRules Default { get; } = new();

    /// <summary>Reads the setting.</summary>
    /// <exception cref="InputException">It names no label.</exception>
    public static SecretRules Read(IConfiguration configuration)
    {
        if (configuration[LabelSetting] is not { Length: > 0 } text) return Default;
        var parts = text.Split('=', 2);
        return parts[0].Trim() is { Length: > 0 } key
            ? new SecretRules(key, parts.Length == 2 ? parts[1].Trim() : null)
            : throw new InputException($"Setting {LabelSetting}: '{text}' is no label: expected KEY or KEY=VALUE, e.g. registry-operator/use=true.");
    }

    /// <summary>Why a Secret is not used, in a sentence; null where it may be.</summary>
    /// <param name="secret">The Secret.</param>
    /// <param name="isForTls">True where certificates are wanted, of authorities or of the client.</param>
    public string? ProblemOf(CredentialSecret secret, bool isForTls = false)
    {
        if (!Types.Contains(secret.Type, StringComparer.Ordinal) && !(isForTls && secret.Type == TlsType))
        {
            return $"Secret '{secret.Name}' is of type '{secret.Type}', which is not used for registries: make one of type "
                + $"{string.Join(", ", Types[..^1])} or {Types[^1]}.";
        }

        if (RequiredLabel is null) return null;
        var isLabelled = secret.Labels.TryGetValue(RequiredLabel, out var value) && (RequiredValue is null || RequiredValue == value);
        return isLabelled
            ? null
            : $"Secret '{secret.Name}' lacks the label {RequiredLabel}{(RequiredValue is null ? "" : "=" + RequiredValue)}, by which this installation marks "
                + $"the Secrets that resources may use ({LabelSetting}). Who may write the Secret sets it.";
    }
}
