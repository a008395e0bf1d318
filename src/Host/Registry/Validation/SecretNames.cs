using System.Buffers;
using System.Text.RegularExpressions;
using RegistryOperator.Host.Registry.Spec;

namespace RegistryOperator.Host.Registry.Validation;

/// <summary>Valid names of Secrets and of keys in them, in a spec and in scanners' options. Nothing else may end up in a request's path.</summary>
internal static partial class SecretNames
{
    private static readonly SearchValues<char> KeyCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._");

    /// <summary>What is wrong with a Secret's name; null for nothing.</summary>
    public static string? ProblemOfName(string name)
    {
        if (name.Length == 0) return "is required; name a Secret in the resource's namespace";
        return name.Length <= RegistryLimits.SecretNameLength && DnsSubdomain().IsMatch(name)
            ? null
            : $"'{name}' cannot be a Secret's name; use lower-case letters, digits, - and .";
    }

    /// <summary>What is wrong with a key; null for nothing.</summary>
    public static string? ProblemOfKey(string key) => key.Length is > 0 and <= RegistryLimits.SecretNameLength && !key.AsSpan().ContainsAnyExcept(KeyCharacters)
        ? null
        : $"'{key}' cannot be a key in a Secret; use letters, digits, - _ and .";

    /// <summary><see href="https://kubernetes.io/docs/concepts/overview/working-with-objects/names/#dns-subdomain-names"/>.</summary>
    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex DnsSubdomain();
}
