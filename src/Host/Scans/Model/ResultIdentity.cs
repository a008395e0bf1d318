using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Registry;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Scans.Model;

/// <summary>
/// All that the result of an image's scan depends on. Made here alone: the report's key, the work that callers share and the memory of failures are
/// taken from it.
/// </summary>
/// <param name="Key">Registry (and repository, where that counts), subject, kind, scanner, options with the content of the Secrets that they name, and the
/// scanners from whose results it is made.</param>
/// <param name="Versions">With what it is made; null where the scanner can't work.</param>
/// <param name="Access">With whose access it is made (<see cref="OpenedRegistry.Access"/>): whether it can be made depends on that.</param>
internal sealed record ResultIdentity(ReportKey Key, ReportVersions? Versions, string Access)
{
    /// <summary>What is tried again and again, whichever version the scanner has.</summary>
    public ResultIdentity Attempt => this with { Versions = null };

    public static ResultIdentity Of(BoundScanner scanner, Digest subject) => new(KeyOf(scanner, subject), scanner.Versions, scanner.Registry.Access);

    public static ReportKey KeyOf(BoundScanner scanner, Digest subject) => new(subject, scanner.Use.Kind, scanner.Use.Scanner, OptionsOf(scanner))
    {
        Registry = scanner.Registry.Domain,
        Repository = scanner.DependsOnRepository ? scanner.Registry.RepositoryUrl : "",
    };

    private static string OptionsOf(BoundScanner scanner) => scanner.Inputs.Length == 0 ? scanner.OptionsHash : $"{scanner.OptionsHash}+{scanner.Inputs}";
}

/// <summary>All that the result of a scan over all images of a resource depends on, beside these images (<see cref="Planning.RegistryInputs"/>).</summary>
/// <param name="Key">The resource, kind and scanner.</param>
/// <param name="Subject">The resource itself and its repository: a namesake's result, or another repository's, is another.</param>
/// <param name="Options">A hash of the options and of the content of the Secrets that they name.</param>
/// <param name="Versions">With what it is made; null where the scanner can't work.</param>
/// <param name="Access">With whose access it is made (<see cref="OpenedRegistry.Access"/>).</param>
internal sealed record ResourceResultIdentity(ResourceReportKey Key, string Subject, string Options, ReportVersions? Versions, string Access)
{
    /// <inheritdoc cref="ResultIdentity.Attempt"/>
    public ResourceResultIdentity Attempt => this with { Versions = null };

    public static ResourceResultIdentity Of(BoundScanner scanner, ResourceName name, RegistryResource resource) => new(
        new ResourceReportKey(name, scanner.Use.Kind, scanner.Use.Scanner),
        $"{resource.Metadata.Uid} {scanner.Registry.RepositoryUrl}",
        scanner.OptionsHash,
        scanner.Versions,
        scanner.Registry.Access);
}
