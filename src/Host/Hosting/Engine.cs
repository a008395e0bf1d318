using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using RegistryOperator.Host.Cli;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Plugins;
using RegistryOperator.Host.Reconciliation;
using RegistryOperator.Oci;

namespace RegistryOperator.Host.Hosting;

/// <summary>The parts that scan, put together once for each process; the same with and without a cluster.</summary>
internal sealed class Engine : IAsyncDisposable
{
    private readonly OciRegistryClientProvider _oci;

    private Engine(PluginCatalog plugins, OciRegistryClientProvider oci, TimeProvider time)
    {
        Plugins = plugins;
        _oci = oci;
        var access = new RegistryAccess([.. plugins.RegistryClientProviders, oci], plugins.Authenticators);
        Scan = new RegistryScan(access, new ImageCache(), new StatusBudget(), time);
    }

    public PluginCatalog Plugins { get; }

    public RegistryScan Scan { get; }

    /// <summary>Loads the plugins and puts the parts together.</summary>
    /// <exception cref="InputException">The settings file can't be read.</exception>
    public static async Task<Engine> StartAsync(HostSettings settings, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        var plugins = await PluginCatalog.LoadAsync(settings.PluginDirectories, ReadConfiguration(settings), loggers, time, cancellationToken);
        var oci = new OciRegistryClientProvider(new OciClientOptions(), time, loggers);
        return new Engine(plugins, oci, time);
    }

    public async ValueTask DisposeAsync()
    {
        _oci.Dispose();
        await Plugins.DisposeAsync();
    }

    private static IConfiguration ReadConfiguration(HostSettings settings)
    {
        var builder = new ConfigurationBuilder();
        if (settings.ConfigurationFile is { } file) builder.AddJsonFile(Path.GetFullPath(file), optional: false);
        try
        {
            return builder.AddEnvironmentVariables(HostSettings.EnvironmentPrefix).AddInMemoryCollection(settings.Settings).Build();
        }
        catch (Exception invalid) when (invalid is IOException or InvalidDataException)
        {
            throw new InputException($"--config {settings.ConfigurationFile}: {invalid.InnerException?.Message ?? invalid.Message}", invalid);
        }
    }
}
