namespace RegistryOperator.Abstractions.Scanning;

/// <summary>An <see cref="IImageScanner"/> that gets its options in their own type, which is its <see cref="ScannerDescriptor.OptionsType"/>.</summary>
/// <typeparam name="TOptions">The options; an instance made without arguments has the defaults.</typeparam>
public interface IImageScanner<TOptions> : IImageScanner
    where TOptions : class, new()
{
    /// <summary>Scans, as <see cref="IImageScanner.ScanAsync"/> does.</summary>
    /// <param name="request">The image and what is needed to read it.</param>
    /// <param name="options">The resource's options, or the defaults where it has none.</param>
    /// <param name="cancellationToken">The deadline and the shutdown; a scanner that starts processes ends them all.</param>
    /// <exception cref="ScanException">The image has no result, for a reason the user reads.</exception>
    Task<ImageScanResult> ScanAsync(ImageScanRequest request, TOptions options, CancellationToken cancellationToken);

    /// <inheritdoc/>
    Task<ImageScanResult> IImageScanner.ScanAsync(ImageScanRequest request, CancellationToken cancellationToken) => request.Options switch
    {
        null => ScanAsync(request, new TOptions(), cancellationToken),
        TOptions options => ScanAsync(request, options, cancellationToken),
        var other => throw new ArgumentException(
            $"The options are of type {other.GetType().Name}: set {nameof(ScannerDescriptor.OptionsType)} in the descriptor to {typeof(TOptions).Name}.",
            nameof(request)),
    };
}
