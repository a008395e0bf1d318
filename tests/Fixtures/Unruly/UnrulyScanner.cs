using RegistryOperator.Abstractions.Scanning;

namespace Fixtures.Unruly;

/// <summary>What the scanner does.</summary>
public sealed record UnrulyOptions
{
    /// <summary>A file that it makes when it begins.</summary>
    public string Begun { get; init; } = "";

    /// <summary>Goes on for so many seconds, whatever it is asked.</summary>
    public int Seconds { get; init; }

    /// <summary>Goes on until this file is there, whatever it is asked.</summary>
    public string? Until { get; init; }

    /// <summary>Prints this to what it takes for its output.</summary>
    public string? Print { get; init; }

    /// <summary>Throws on a thread of its own, around which no handler stands.</summary>
    public bool Crash { get; init; }
}

/// <summary>Does what a scanner should not: does not end when cancelled, or ends the process.</summary>
public sealed class UnrulyScanner : IImageScanner
{
    public ScannerDescriptor Descriptor { get; } = new("unruly", ScannerKind.Custom, "1") { OptionsType = typeof(UnrulyOptions) };

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => ValueTask.FromResult(ScannerReadiness.Ready());

    public async Task<ImageScanResult> ScanAsync(ImageScanRequest request, CancellationToken cancellationToken)
    {
        var options = (UnrulyOptions)request.Options!;
        await File.WriteAllTextAsync(options.Begun, "", CancellationToken.None);
        if (options.Print is { } text) Console.WriteLine(text);
        if (options.Crash) new Thread(static () => throw new InvalidOperationException("A thread of the plugin's own failed.")).Start();
        await Task.Delay(TimeSpan.FromSeconds(options.Seconds), TimeProvider.System, CancellationToken.None);
        while (options.Until is { } file && !File.Exists(file)) await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System, CancellationToken.None);
        return new ImageScanResult { Result = "Passed" };
    }
}
