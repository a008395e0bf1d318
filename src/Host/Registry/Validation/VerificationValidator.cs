using System.Text.RegularExpressions;
using RegistryOperator.Host.Registry.Spec;

namespace RegistryOperator.Host.Registry.Validation;

/// <summary>Finds what is wrong with <c>spec.provenanceTracking.verification</c>, but for keys, which the scanner reads.</summary>
internal static class VerificationValidator
{
    private const string PemStart = "-----BEGIN ";

    public static void Check(string path, VerificationSpec? verification, SpecErrors errors)
    {
        if (verification is null) return;
        errors.CheckCount($"{path}.keys", verification.Keys, RegistryLimits.VerificationEntries);
        errors.CheckCount($"{path}.keyless", verification.Keyless, RegistryLimits.VerificationEntries);
        for (var i = 0; i < verification.Keys.Count; i++) CheckKey($"{path}.keys[{i}]", verification.Keys[i], errors);
        for (var i = 0; i < verification.Keyless.Count; i++) CheckKeyless($"{path}.keyless[{i}]", verification.Keyless[i], errors);
        CheckExpectations($"{path}.expectations", verification.Expectations, errors);
    }

    private static void CheckKey(string path, VerificationKeySpec key, SpecErrors errors)
    {
        if (!CheckOneOf(path, ("pem", key.Pem), ("secretRef", key.SecretRef?.Name), errors)) return;
        if (key.SecretRef is { } secret) CheckSecret($"{path}.secretRef", secret, errors);
        else if (key.Pem!.Length > RegistryLimits.PemLength)
            errors.Add($"{path}.pem", $"has {key.Pem.Length} characters; at most {RegistryLimits.PemLength} are allowed");
        else if (!key.Pem.TrimStart().StartsWith(PemStart, StringComparison.Ordinal))
            errors.Add($"{path}.pem", "is no PEM; give a public key that begins with -----BEGIN PUBLIC KEY-----");
    }

    private static void CheckKeyless(string path, KeylessIdentitySpec keyless, SpecErrors errors)
    {
        CheckOneOf(path, ("issuer", keyless.Issuer), ("issuerPattern", keyless.IssuerPattern), errors);
        CheckOneOf(path, ("identity", keyless.Identity), ("identityPattern", keyless.IdentityPattern), errors);
        CheckPattern($"{path}.issuerPattern", keyless.IssuerPattern, errors);
        CheckPattern($"{path}.identityPattern", keyless.IdentityPattern, errors);
        if (keyless.TrustedRoot is { } root) CheckSecret($"{path}.trustedRoot.secretRef", root.SecretRef ?? new SecretKeySpec(), errors);
    }

    private static void CheckExpectations(string path, ExpectationsSpec? expectations, SpecErrors errors)
    {
        if (expectations is null) return;
        errors.CheckCount($"{path}.builders", expectations.Builders, RegistryLimits.ExpectationEntries);
        errors.CheckCount($"{path}.sourceRepositories", expectations.SourceRepositories, RegistryLimits.ExpectationEntries);
        errors.CheckRange($"{path}.minimumSlsaLevel", expectations.MinimumSlsaLevel, 1, RegistryLimits.HighestSlsaLevel);
    }

    private static void CheckSecret(string path, SecretKeySpec secret, SpecErrors errors)
    {
        errors.CheckSecretName($"{path}.name", secret.Name);
        errors.CheckSecretKey($"{path}.key", secret.Key);
    }

    /// <returns>True where exactly one is given.</returns>
    private static bool CheckOneOf(string path, (string Name, string? Value) one, (string Name, string? Value) other, SpecErrors errors)
    {
        if (string.IsNullOrEmpty(one.Value) != string.IsNullOrEmpty(other.Value)) return true;
        var problem = string.IsNullOrEmpty(one.Value) ? $"needs {one.Name} or {other.Name}" : $"has {one.Name} and {other.Name}; give one of them";
        errors.Add(path, problem);
        return false;
    }

    private static void CheckPattern(string path, string? pattern, SpecErrors errors)
    {
        if (pattern is null) return;
        if (pattern.Length > RegistryLimits.PatternLength)
        {
            errors.Add(path, $"the pattern has {pattern.Length} characters; at most {RegistryLimits.PatternLength} are allowed");
            return;
        }

        try
        {
            _ = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
        }
        catch (Exception invalid) when (invalid is RegexParseException or NotSupportedException)
        {
            errors.Add(path, $"'{pattern}' is not a regular expression without lookaround and backreferences");
        }
    }
}
