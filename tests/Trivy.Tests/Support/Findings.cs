using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Vulnerabilities;

namespace RegistryOperator.Trivy.Tests.Support;

/// <summary>Results in a form that tests compare.</summary>
internal static class Findings
{
    /// <summary>Identifiers and packages, in order.</summary>
    public static string[] Pairs(this ImageScanResult result) =>
        [.. Vulnerabilities(result).Select(found => $"{found.Id} {found.Package}").Order(StringComparer.Ordinal)];

    /// <summary>All that is known of each vulnerability, in order: lists are written out, since records compare them by reference.</summary>
    public static string[] Everything(this ImageScanResult result) =>
    [
        .. Vulnerabilities(result)
            .Select(found => $"{found} {string.Join(' ', found.References)} {string.Join(' ', found.Weaknesses)}")
            .Order(StringComparer.Ordinal),
    ];

    public static IReadOnlyList<Vulnerability> Vulnerabilities(this ImageScanResult result) => result.ShouldBeOfType<VulnerabilityScanResult>().Vulnerabilities;
}
