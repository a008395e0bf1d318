using RegistryOperator.Host.Registry.Status;

namespace RegistryOperator.Host.Kinds.Sboms;

/// <summary><c>status.images[].sbom</c>: the first scanned platform's, since packages of several platforms don't add up.</summary>
internal static class SbomSection
{
    /// <param name="findings">What there is.</param>
    /// <param name="image">The image, with the section as it was for the same digest.</param>
    /// <param name="showsVulnerabilities">True where the resource asks for vulnerabilities: reports are shared with resources that may, or may not.</param>
    public static SbomStatus? Build(ScannerFindings findings, ImageStatus image, bool showsVulnerabilities)
    {
        if (findings.Reports.Count == 0)
        {
            if (findings.Problem is null) return image.Sbom;
            return (image.Sbom ?? new SbomStatus()) with { Reason = findings.Problem.Reason, Message = findings.Problem.Message, Missing = findings.Missing };
        }

        return EnrichedSbomJson.Read(findings.Reports[0].Summary).ToStatus(showsVulnerabilities) with
        {
            GeneratedAt = findings.Oldest,
            Scanner = findings.Use.Scanner,
            Method = findings.Method,
            Reason = findings.Problem?.Reason,
            Message = findings.Problem?.Message,
            ReportDigests = findings.DigestsBeside(image.Digest),
            Missing = findings.Missing,
        };
    }
}
