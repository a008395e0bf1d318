namespace RegistryOperator.Abstractions.Scanning;

/// <summary>
/// The root of every scanner: what it is and whether it can work. Implement <see cref="IImageScanner"/> for what is found in one image,
/// <see cref="IRegistryScanner"/> for what is found over all images of a resource together.
/// </summary>
public interface IScanner
{
    /// <summary>What the scanner is. Constant over the scanner's life.</summary>
    ScannerDescriptor Descriptor { get; }

    /// <summary>Whether the scanner can work now. Called at start and periodically; must be cheap. May start, in the background, an update of the tool's
    /// database: a new <see cref="ScannerReadiness.DatabaseVersion"/> is what makes results due again.</summary>
    ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken);
}

/// <summary>What a scanner is.</summary>
/// <param name="Name">Lower-case name, e.g. <c>trivy</c>, unique in its kind; a later plugin with the same kind and name replaces an earlier one.</param>
/// <param name="Kind">What it finds.</param>
/// <param name="Version">The scanner's own version: a change makes earlier results due again.</param>
public sealed record ScannerDescriptor(string Name, ScannerKind Kind, string Version)
{
    /// <summary>One line for people.</summary>
    public string Description { get; init; } = "";

    /// <summary>The type that the scanner's options in a resource are bound to and validated against; null where it takes none.</summary>
    public Type? OptionsType { get; init; }

    /// <summary>True where the same image, options, tool and database always give the same result: such a result is made again only when one
    /// of these changes, not each time the interval ends.</summary>
    public bool IsRepeatable { get; init; }

    /// <summary>For an <see cref="IImageScanner"/>: whether there is one scan for each platform or one for the image.</summary>
    public ScanSubject Subject { get; init; } = ScanSubject.Platform;

    /// <summary>Whether results depend on what is attached to an image in its repository, as signatures are: such a result serves this repository
    /// alone.</summary>
    public ScanScope Scope { get; init; } = ScanScope.Registry;

    /// <summary>For an <see cref="IImageScanner"/>: true where <see cref="ImageScanRequest.Manifest"/> and <see cref="ImageScanRequest.Configuration"/> must
    /// be there. The host then reads what it has not read yet, once for all scanners of the image.</summary>
    public bool NeedsManifest { get; init; }

    /// <summary>Kinds whose results must be there before this scanner runs, read through <see cref="ImageScanRequest.Reports"/>.</summary>
    public IReadOnlyList<ScannerKind> Needs { get; init; } = [];
}

/// <summary>Whether a scanner can work, and with what.</summary>
public sealed record ScannerReadiness
{
    /// <summary>True where scans can run.</summary>
    public required bool IsReady { get; init; }

    /// <summary>Why not, one sentence that tells a user what to do; null when ready.</summary>
    public string? Reason { get; init; }

    /// <summary>Version of the tool behind the scanner; a change makes earlier results due again.</summary>
    public string? ToolVersion { get; init; }

    /// <summary>Version of the tool's database; a change makes earlier results due again.</summary>
    public string? DatabaseVersion { get; init; }

    /// <summary>When the tool's database was made.</summary>
    public DateTimeOffset? DatabaseUpdated { get; init; }

    /// <summary>A scanner that can work.</summary>
    public static ScannerReadiness Ready(string? toolVersion = null) => new() { IsReady = true, ToolVersion = toolVersion };

    /// <summary>A scanner that can't, and why.</summary>
    public static ScannerReadiness Unavailable(string reason) => new() { IsReady = false, Reason = reason };
}
