using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Abstractions.Scanning;

namespace Fixtures.Policies;

/// <summary>Judges as whom an image runs, and remembers it.</summary>
public sealed class NamedUserScanner(PluginContext context) : IImageScanner
{
    public ScannerDescriptor Descriptor { get; } = new("named-user", new ScannerKind("policy"), "1.0.0")
    {
        Description = "Images that run as root.",
        NeedsManifest = true,
    };

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => ValueTask.FromResult(ScannerReadiness.Ready());

    public async Task<ImageScanResult> ScanAsync(ImageScanRequest request, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        cancellationToken.ThrowIfCancellationRequested();
        if (request.Configuration is not { } configuration) throw new ScanException(ScanReasons.NotAnImage, "It has no image configuration.");
        var user = configuration.Config?.User is { Length: > 0 } named ? named : "root";
        return new ImageScanResult
        {
            Result = user,
            Verdict = user is "root" or "0" ? ScanVerdict.Failed : ScanVerdict.Passed,
            Summary = new Dictionary<string, string>(StringComparer.Ordinal)
            {
                ["user"] = user,
                ["before"] = await ReplaceAsync(request.Digest.Encoded, user, cancellationToken) ?? "not known",
            },
        };
    }

    /// <summary>Remembers a user; gives the one that was remembered.</summary>
    private async Task<string?> ReplaceAsync(string image, string user, CancellationToken cancellationToken)
    {
        // Without a data directory nothing outlives the process.
        if (context.StateFolder is not { } folder) return null;
        var file = Path.Combine(folder, image);
        var before = File.Exists(file) ? await File.ReadAllTextAsync(file, cancellationToken) : null;
        await File.WriteAllTextAsync(file, user, cancellationToken);
        return before;
    }
}
