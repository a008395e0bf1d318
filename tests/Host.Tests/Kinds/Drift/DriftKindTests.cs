using RegistryOperator.Host.Kinds.Drift;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;

namespace RegistryOperator.Host.Tests.Kinds.Drift;

public sealed class DriftKindTests
{
    /// <summary>Whatever is compared of an update has to be known of it: its vulnerabilities, its signature, its packages.</summary>
    [Theory]
    [InlineData("vulnerabilities", true)]
    [InlineData("provenance", true)]
    [InlineData("sboms", true)]
    [InlineData("", false)]
    public void TagsOf_ImagesAreScanned_AreTheBestUpdatesOfEachWorkload(string scanned, bool areRead)
    {
        var spec = new RegistrySpec
        {
            DriftDetection = new DriftDetectionSpec { Enabled = true },
            VulnerabilityScanning = new VulnerabilityScanningSpec { Enabled = scanned == "vulnerabilities" },
            ProvenanceTracking = new ProvenanceTrackingSpec { Enabled = scanned == "provenance" },
            SbomGeneration = new SbomGenerationSpec { Enabled = scanned == "sboms" },
        };
        var status = new RegistryStatus { Drift = new DriftStatus { Workloads = [Workload("1.1", "1.2", "1.3"), Workload("1.2")] } };

        new DriftKind().TagsOf(spec, status).ShouldBe(areRead ? ["1.1", "1.2"] : []);
        new DriftKind().TagsOf(spec with { DriftDetection = null }, status).ShouldBeEmpty();
    }

    private static WorkloadDriftStatus Workload(params string[] updates) => new()
    {
        AvailableUpdates = [.. updates.Select(update => new AvailableUpdateStatus { Tag = update })],
    };
}
