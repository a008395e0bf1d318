using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Workloads;
using RegistryOperator.Testing.Images;

namespace RegistryOperator.Testing.Conformance;

/// <summary>What a scanner is tried with, and how long it may take.</summary>
public sealed record ScannerConformanceOptions
{
    /// <summary>The options handed to the scanner; null for none.</summary>
    public object? ScannerOptions { get; init; }

    /// <summary>What is known of the image before the scan, for a scanner that builds on an SBOM; null for nothing.</summary>
    public IImageReports? Reports { get; init; }

    /// <summary>What is known of the images before the scan, for a scanner that looks at all of them; null for nothing.</summary>
    public IStoredResults? Results { get; init; }

    /// <summary>The workloads that a registry scanner gets; null where the host knows of none.</summary>
    public IReadOnlyList<Workload>? Workloads { get; init; }

    /// <summary>What the Secrets hold that the scanner's options name.</summary>
    public ScanSecrets Secrets { get; init; } = ScanSecrets.None;

    /// <summary>What is attached to the image, for a scanner that looks at it; null for what <see cref="Artifacts"/> and <see cref="SampleImage"/> have
    /// attached, which a scanner of <see cref="ScanScope.Repository"/> is handed as by the host.</summary>
    public IImageAttachments? Attachments { get; init; }

    /// <summary>The image that is scanned; null for a small one with a Debian package list.</summary>
    public TestImage? SampleImage { get; init; }

    /// <summary>Artifacts stored beside the image, such as a signature that refers to it.</summary>
    public IReadOnlyList<TestArtifact> Artifacts { get; init; } = [];

    /// <summary>How soon a readiness check must answer: it is asked often and must be cheap.</summary>
    public TimeSpan ReadinessLimit { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How soon a cancelled call must end.</summary>
    public TimeSpan CancellationLimit { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long one scan may take.</summary>
    public TimeSpan ScanLimit { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>How many images are scanned at the same time.</summary>
    public int ConcurrentScans { get; init; } = 4;

    /// <summary>The clock of all limits.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
