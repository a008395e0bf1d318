using System.Text.RegularExpressions;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Testing.Conformance;

/// <summary>What a scanner says about itself: it becomes part of resources, reports and cache keys.</summary>
internal static partial class DescriptorCheck
{
    public static void Run(IScanner scanner, List<string> violations)
    {
        if (scanner.Descriptor is not { } descriptor)
        {
            violations.Add("The descriptor is null.");
            return;
        }

        if (!NamePattern().IsMatch(descriptor.Name ?? ""))
        {
            violations.Add(
                $"The name '{descriptor.Name}' is not lower case: expected letters, digits and hyphens, e.g. 'licence-check', at most 63 characters.");
        }

        if (!NamePattern().IsMatch(descriptor.Kind.Name ?? ""))
        {
            violations.Add($"The kind '{descriptor.Kind.Name}' is not a lower-case word: take one of {nameof(ScannerKind)}, " +
                $"e.g. {nameof(ScannerKind)}.{nameof(ScannerKind.Custom)}.");
        }

        if (string.IsNullOrWhiteSpace(descriptor.Version))
            violations.Add("The version is empty: without it, results of an older scanner would never become due again.");
        if (scanner.Descriptor != descriptor) violations.Add("The descriptor changes from one call to the next.");
        if (descriptor.Subject is not ScanSubject.Platform && (descriptor.Kind == ScannerKind.Vulnerability || descriptor.Kind == ScannerKind.Sbom))
            violations.Add($"The subject is {descriptor.Subject}: results of kind {descriptor.Kind} are those of a platform, since its packages are.");
        if (OptionsOf(scanner) is { } typed && descriptor.OptionsType != typed)
            violations.Add($"The options type is {descriptor.OptionsType?.Name ?? "null"}: {nameof(IImageScanner)}<{typed.Name}> is handed {typed.Name}.");
        if (descriptor.OptionsType is { } options
            && (options.IsAbstract || options.ContainsGenericParameters || options.GetConstructor(Type.EmptyTypes) is null))
        {
            violations.Add($"The options type {options.Name} can't be made from a resource: it needs a public constructor without parameters.");
        }
    }

    /// <summary>The type in which the scanner is handed its options; null where it reads them itself.</summary>
    private static Type? OptionsOf(IScanner scanner) => Array.Find(
        scanner.GetType().GetInterfaces(), type => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(IImageScanner<>))?.GetGenericArguments()[0];

    [GeneratedRegex("^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex NamePattern();
}
