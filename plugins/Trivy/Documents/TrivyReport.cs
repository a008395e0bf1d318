using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.Trivy.Documents;

/// <summary>What is taken from a report of Trivy.</summary>
internal sealed record TrivyReport
{
    /// <summary>All vulnerabilities, in the report's order.</summary>
    public required IReadOnlyList<Vulnerability> Vulnerabilities { get; init; }

    /// <summary>The image's operating system; null where Trivy knows none.</summary>
    public OperatingSystemRelease? OperatingSystem { get; init; }

    /// <summary>True where the report has a result for any packages, with or without vulnerabilities: Trivy leaves out what it has no advisories for. An
    /// operating system alone, without packages, is none: there was nothing to look up.</summary>
    public bool HasResults { get; init; }
}

/// <summary>A report that can't be read. The message is one sentence for the user; names in it come from the image.</summary>
internal sealed class TrivyReportException(string message, Exception? innerException = null) : Exception(OutsideText.Of(message), innerException);
