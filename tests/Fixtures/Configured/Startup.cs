using Microsoft.Extensions.DependencyInjection;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Abstractions.Scanning;

namespace Fixtures.Configured;

/// <summary>Brings whatever its section of the configuration names, so that a folder of it can be any plugin.</summary>
public sealed class Startup : IPluginStartup
{
    public void ConfigureServices(IServiceCollection services, PluginContext context)
    {
        foreach (var scanner in Names("Scanners")) services.AddSingleton<IImageScanner>(new Scanner(scanner));
        foreach (var scanner in Names("RegistryScanners")) services.AddSingleton<IRegistryScanner>(new RegistryScanner(scanner));
        foreach (var provider in Names("Providers")) services.AddSingleton<IRegistryClientProvider>(new Provider(provider));
        foreach (var authenticator in Names("Authenticators")) services.AddSingleton<IRegistryAuthenticator>(new Authenticator(authenticator));
        foreach (var option in Names("Options")) services.AddSingleton(new PluginOption(option, "An option."));
        if (context.Configuration["Fails"] is not null) services.AddSingleton<IImageScanner>(_ => throw new InvalidOperationException("Made to fail."));
        if (context.Configuration["IsBoth"] is not null) services.AddSingleton<IImageScanner, Both>();
        if (context.Configuration["IsNeither"] is not null) services.AddSingleton<IScanner, Neither>();
        if (context.Configuration["HasNoDescriptor"] is not null) services.AddSingleton<IImageScanner>(new Scanner(null));
        if (context.Configuration["StopFile"] is { } file)
        {
            services.AddSingleton(_ => new Stopper(file, context.Configuration["StopFails"] is not null)).AddSingleton<IRegistryAuthenticator>(
                provider => new Authenticator("stops-" + provider.GetRequiredService<Stopper>().Name));
        }

        IEnumerable<string> Names(string list) => context.Configuration.GetSection(list).GetChildren().Select(name => name.Value ?? "");
    }
}

/// <summary>A scanner whose name is <c>kind/name</c>, or a name of kind custom.</summary>
internal class Scanner(string? name) : IImageScanner
{
    public ScannerDescriptor Descriptor { get; } = name is null ? null! : Describe(name);

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => ValueTask.FromResult(ScannerReadiness.Ready());

    public Task<ImageScanResult> ScanAsync(ImageScanRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new ImageScanResult { Result = "Passed" });

    internal static ScannerDescriptor Describe(string name) =>
        name.Split('/') is [var kind, var rest]
            ? new ScannerDescriptor(rest, new ScannerKind(kind), "1")
            : new ScannerDescriptor(name, ScannerKind.Custom, "1");
}

internal sealed class RegistryScanner(string name) : IRegistryScanner
{
    public ScannerDescriptor Descriptor { get; } = Scanner.Describe(name);

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => ValueTask.FromResult(ScannerReadiness.Ready());

    public Task<RegistryScanResult> ScanAsync(RegistryScanRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new RegistryScanResult { Result = "Passed" });
}

internal sealed class Both() : Scanner("both"), IRegistryScanner
{
    public Task<RegistryScanResult> ScanAsync(RegistryScanRequest request, CancellationToken cancellationToken) =>
        Task.FromResult(new RegistryScanResult { Result = "Passed" });
}

internal sealed class Neither : IScanner
{
    public ScannerDescriptor Descriptor { get; } = Scanner.Describe("neither");

    public ValueTask<ScannerReadiness> CheckReadinessAsync(CancellationToken cancellationToken) => ValueTask.FromResult(ScannerReadiness.Ready());
}

internal sealed class Provider(string name) : IRegistryClientProvider
{
    public string Name => name;

    /// <summary>The registry of the provider's own name.</summary>
    public bool CanServe(Uri registry) => registry.Host == name;

    public IRegistryClient CreateClient(RegistryClientRequest request) => throw new NotSupportedException();
}

internal sealed class Authenticator(string name) : IRegistryAuthenticator
{
    public string Name => name;

    public ValueTask<RegistryCredential?> GetCredentialAsync(RegistryAuthenticationRequest request, CancellationToken cancellationToken) =>
        ValueTask.FromResult<RegistryCredential?>(null);
}

/// <summary>Writes into a file that it was disposed.</summary>
internal sealed class Stopper(string file, bool fails) : IDisposable
{
    public string Name => Path.GetFileName(file);

    public void Dispose()
    {
        File.AppendAllText(file, "disposed");
        if (fails) throw new InvalidOperationException("Made to fail.");
    }
}
