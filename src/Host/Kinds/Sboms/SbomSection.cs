using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Scans.Model;

namespace RegistryOperator.Host.Kinds.Sboms;

/// <summary><c>status.images[].sbom</c>: the first scanned platform's, since packages of several platforms don't add up.</summary>
internal static class SbomSection
{
    /// <param name="findings">What there is.</param>
    /// <param name="scanner">The scanner.</param>
    /// <param name="image">The image, with the section as it was for the same digest.</param>
    /// <param name="showsVulnerabilities">True where the resource asks for vulnerabilities: reports are shared with resources that may, or may not.</param>
    public static SbomStatus? Build(ImageFindings findings, BoundScanner scanner, ImageStatus image, bool showsVulnerabilities)
    {
        if (findings.Reports.Count == 0)
        {
            if (findings.Problem is null) return image.Sbom;
            return (image.Sbom ?? new SbomStatus()) with { Reason = findings.Problem.Reason, Message = findings.Problem.Message, Missing = findings.Missing };
        }

        return SummaryJson.ReadSbom(findings.Reports[0].Summary).ToStatus(showsVulnerabilities) with
        {
            GeneratedAt = findings.Oldest,
            Scanner = scanner.Use.Scanner,
            Method = findings.Method,
            Reason = findings.Problem?.Reason,
            Message = findings.Problem?.Message,
            ReportDigests = findings.DigestsBeside(image.Digest),
            Missing = findings.Missing,
        };
    }
}

/// <summary>An entry of <c>status.images[].scans</c>: of several platforms, the first one's.</summary>
internal static class CustomSection
{
    public static CustomScanStatus? Build(ImageFindings findings, CustomScanStatus? earlier)
    {
        if (findings.Reports.Count == 0)
        {
            if (findings.Problem is null) return earlier;
            return (earlier ?? new CustomScanStatus()) with { Reason = findings.Problem.Reason, Message = findings.Problem.Message, Missing = findings.Missing };
        }

        return new CustomScanStatus
        {
            Result = findings.Reports[0].Result,
            LastScanTime = findings.Oldest,
            Summary = SummaryJson.ReadCustom(findings.Reports[0].Summary).Values,
            Reason = findings.Problem?.Reason,
            Message = findings.Problem?.Message,
            Missing = findings.Missing,
        };
    }
}
