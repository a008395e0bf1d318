using System.Text.RegularExpressions;

namespace RegistryOperator.Host.Registry.Validation;

/// <summary>
/// The names that an API server accepts (<see href="https://kubernetes.io/docs/concepts/overview/working-with-objects/names/"/>). A file may
/// contain any text there, but files and records are named after it: one with path separators would lead out of their folders.
/// </summary>
internal static partial class KubernetesNames
{
    private const int NamespaceLength = 63;

    /// <summary>What a namespace's name is made of.</summary>
    public static string NamespaceForm { get; } = $"at most {NamespaceLength} lower-case letters, digits and '-', a letter or digit at both ends";

    /// <summary>Characters of a name that is no namespace's.</summary>
    public const int NameLength = 253;

    /// <summary>What is wrong with a resource's name; null for nothing.</summary>
    public static string? ProblemOfName(string name) => name.Length <= NameLength && Subdomain().IsMatch(name)
        ? null
        : $"metadata.name '{name}' is no name of Kubernetes: use at most {NameLength} lower-case letters, digits, '-' and '.', a letter or digit at both ends";

    /// <summary>True for what may be a namespace's name.</summary>
    public static bool IsNamespace(string name) => name.Length <= NamespaceLength && Label().IsMatch(name);

    /// <summary>What is wrong with a namespace; null for nothing.</summary>
    public static string? ProblemOfNamespace(string name) => IsNamespace(name)
        ? null
        : $"metadata.namespace '{name}' is no name of Kubernetes: " +
            $"use {NamespaceForm}";

    /// <summary>What is wrong with a key of a Secret; null for nothing.</summary>
    public static string? ProblemOfKey(string key) => key.Length <= NameLength && Key().IsMatch(key)
        ? null
        : $"'{key}' is no key of a Secret: use at most {NameLength} letters, digits, '-', '_' and '.'";

    [GeneratedRegex(@"\A[-._a-zA-Z0-9]+\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Key();

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Label();

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex Subdomain();
}
