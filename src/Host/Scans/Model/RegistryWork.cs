using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Scans.Planning;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Scans.Model;

/// <summary>A scan that is due over all images of a resource.</summary>
/// <param name="Identity">Whose images, by what scanner and with whose access.</param>
/// <param name="Scanner">The scanner.</param>
/// <param name="Request">The request, without what the executor adds: options, and its own last result.</param>
/// <param name="Inputs">What the result will depend on.</param>
internal sealed record RegistryWork(ResourceResultIdentity Identity, BoundScanner Scanner, RegistryScanRequest Request, RegistryInputs Inputs)
{
    public ResourceReportKey Key => Identity.Key;

    /// <summary>The scanner's last result over the same resource and repository; null for none.</summary>
    public ResourceReport? Last { get; init; }
}

/// <summary>The end of a scan over all images: a report in the store, or the problem that there is none.</summary>
internal sealed record RegistryOutcome(ResourceReport? Report, ScanProblem? Problem);
