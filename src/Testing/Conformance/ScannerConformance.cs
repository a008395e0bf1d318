using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Testing.Conformance;

/// <summary>
/// Tries whether a scanner keeps the contract that the host relies on: its descriptor, its readiness, its results, its errors, concurrent
/// scans, and that it obeys cancellation. To be called from a test of any framework; a violation is a <see cref="ConformanceException"/>.
/// </summary>
/// <param name="createClient">Makes the client that scans are given.</param>
/// <param name="options">What the scanner is tried with.</param>
/// <example><code>
/// [Fact]
/// public Task Scanner_KeepsTheContract() =>
///     new ScannerConformance(repository => new MyClient(repository)).VerifyAsync(new MyScanner(), TestContext.Current.CancellationToken);
/// </code></example>
public sealed class ScannerConformance(Func<RepositoryReference, IRegistryClient> createClient, ScannerConformanceOptions? options = null)
{
    private readonly ScannerConformanceOptions _options = options ?? new ScannerConformanceOptions();

    /// <summary>Tries everything that applies to the scanner.</summary>
    /// <exception cref="ConformanceException">The scanner breaks its contract; all violations are listed.</exception>
    public async Task VerifyAsync(IScanner scanner, CancellationToken cancellationToken)
    {
        var violations = await FindViolationsAsync(scanner, cancellationToken);
        if (violations.Count > 0) throw new ConformanceException(scanner.Descriptor?.Name ?? scanner.GetType().Name, violations);
    }

    /// <summary>Tries everything that applies to the scanner.</summary>
    /// <returns>What is wrong, one sentence each; empty where nothing is.</returns>
    public async Task<IReadOnlyList<string>> FindViolationsAsync(IScanner scanner, CancellationToken cancellationToken)
    {
        var violations = new List<string>();
        DescriptorCheck.Run(scanner, violations);

        var watch = new CallWatch(_options.Time, violations);
        await ReadinessCheck.RunAsync(scanner, _options, watch, violations, cancellationToken);
        if (scanner is not (IImageScanner or IRegistryScanner))
            violations.Add($"{scanner.GetType().Name} is neither an {nameof(IImageScanner)} nor an {nameof(IRegistryScanner)}: the host would never call it.");
        if (scanner is IImageScanner imageScanner) await CheckScansAsync(new ImageScanCalls(imageScanner, _options), watch, violations, cancellationToken);
        if (scanner is IRegistryScanner registryScanner)
            await CheckScansAsync(new RegistryScanCalls(registryScanner, _options), watch, violations, cancellationToken);
        return violations;
    }

    private async Task CheckScansAsync(ScanCalls calls, CallWatch watch, List<string> violations, CancellationToken cancellationToken)
    {
        var sample = new ScanSample(_options);
        await using var registry = await InMemoryRegistry.StartAsync(cancellationToken);
        sample.AddTo(registry);
        var check = new ScanCheck(calls, () => createClient(registry.Repository(ScanSample.Repository)), sample, _options, watch, violations);
        await check.ScanAsync(cancellationToken);
        await check.ScanConcurrentlyAsync(cancellationToken);
        await check.ScanMissingAsync(cancellationToken);
        await check.CancelBeforeAsync(cancellationToken);
        await check.CancelDuringAsync(registry, cancellationToken);
    }
}
