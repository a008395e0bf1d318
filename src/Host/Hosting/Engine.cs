using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Plugins;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Scans;
using RegistryOperator.Host.Scans.Execution;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Scans.Planning;
using RegistryOperator.Host.Settings;
using RegistryOperator.Host.Tools;
using RegistryOperator.Oci;
using RegistryOperator.Oci.Client;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Hosting;

/// <summary>The parts that scan, composed once for each process; the same with and without a cluster.</summary>
internal sealed class Engine : IAsyncDisposable
{
    private readonly OciRegistryClientProvider _oci;
    private readonly ScanExecutor? _executor;
    private readonly RegistryExecutor? _overAll;

    private Engine(
        PluginCatalog plugins, ScanSettings settings, ReadingSettings reading, IReportStore? reports, SecretIdentity secrets, OciRegistryClientProvider oci,
        ILoggerFactory loggers, TimeProvider time)
    {
        Plugins = plugins;
        Reports = reports;
        _oci = oci;
        Kinds = ScanKinds.Create();
        ImageScanning? scanning = null;
        if (reports is not null)
        {
            var scanners = new ScannerDirectory(Kinds, plugins.Scanners, new OptionSecrets(secrets), time, loggers.CreateLogger<ScannerDirectory>());
            _executor = new ScanExecutor(Kinds, scanners, reports, settings, time, loggers.CreateLogger<ScanExecutor>());
            _overAll = new RegistryExecutor(Kinds, scanners, reports, _executor.Lanes, time, loggers.CreateLogger<RegistryExecutor>());
            scanning = new ImageScanning(Kinds, scanners, _executor, new RegistryScanning(Kinds, _overAll, reports, time), reports, time);
        }

        var access = new RegistryAccess([.. plugins.RegistryClientProviders, oci], plugins.Authenticators);
        var records = new ImageRecords(reports, loggers.CreateLogger<ImageRecords>());
        Round = new ResourceRound(
            Kinds, access, new ImageCache(), scanning, records, new StatusBudget(Kinds), time, loggers.CreateLogger<ResourceRound>(), reading);
    }

    public PluginCatalog Plugins { get; }

    /// <summary>The kinds of scanner.</summary>
    public ScanKinds Kinds { get; }

    /// <summary>Where full reports are kept; null where none are made.</summary>
    public IReportStore? Reports { get; }

    public ResourceRound Round { get; }

    /// <summary>Says that the process is about to stop: how it ends is no plugin's doing any more.</summary>
    public void Stopping() => Plugins.Stopping();

    /// <summary>Loads the plugins and composes the parts.</summary>
    /// <param name="settings">What the user set.</param>
    /// <param name="dataDirectory">Where reports are kept; null runs no scanners.</param>
    /// <param name="loggers">The loggers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="InputException">The settings can't be read, or the data directory can't be used.</exception>
    public static async Task<Engine> StartAsync(
        HostSettings settings, string? dataDirectory, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // File access, the store's check and plugins' constructors take no token: cancellation must not wait for them.
        var starting = Task.Run(() => LoadAsync(settings, dataDirectory, loggers, time, cancellationToken), CancellationToken.None);
        try
        {
            return await starting.WaitAsync(cancellationToken);
        }
        catch (Exception) when (cancellationToken.IsCancellationRequested)
        {
            _ = DisposeStartedAsync(starting);
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_overAll is not null) await _overAll.DisposeAsync();
        if (_executor is not null) await _executor.DisposeAsync();
        _oci.Dispose();
        await Plugins.DisposeAsync();
        if (Reports is not null) await Reports.DisposeAsync();
    }

    private static async Task<Engine> LoadAsync(
        HostSettings settings, string? dataDirectory, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        var configuration = ReadConfiguration(settings);
        var scanning = ScanSettings.Read(configuration);
        var reading = ReadingSettings.Read(configuration);
        var limits = ReportSettings.Read(configuration);
        cancellationToken.ThrowIfCancellationRequested();
        var reports = dataDirectory is null ? null : await OpenStoreAsync(dataDirectory, limits, loggers, time, cancellationToken);
        try
        {
            if (reports is not null) ToolFolder.RemoveLeft(Path.GetTempPath(), loggers.CreateLogger<ToolFolder>());
            var plugins = await PluginCatalog.LoadAsync(settings.PluginDirectories, configuration, dataDirectory, loggers, time, cancellationToken);
            var oci = new OciRegistryClientProvider(new OciClientOptions(), time, loggers);
            return new Engine(plugins, scanning, reading, reports, new SecretIdentity(dataDirectory), oci, loggers, time);
        }
        catch
        {
            if (reports is not null) await reports.DisposeAsync();
            throw;
        }
    }

    private static async Task DisposeStartedAsync(Task<Engine> starting)
    {
        try
        {
            await (await starting).DisposeAsync();
        }
        catch (Exception)
        {
            // The start failed after its caller had been cancelled: there is nothing to dispose and nobody to report to.
        }
    }

    private static async Task<IReportStore> OpenStoreAsync(
        string dataDirectory, ReportLimits limits, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            return await ReportStores.OpenAsync(dataDirectory, limits, loggers, time, cancellationToken);
        }
        catch (ReportStoreException failure)
        {
            throw new InputException($"--data-dir {dataDirectory}: {failure.Message}", failure);
        }
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
