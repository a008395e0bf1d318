using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Budgets;
using RegistryOperator.Host.Explanations;
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
using RegistryOperator.Host.Workloads;
using RegistryOperator.Oci;
using RegistryOperator.Oci.Client;
using RegistryOperator.Oci.Network;
using RegistryOperator.Reports;

namespace RegistryOperator.Host.Hosting;

/// <summary>The parts that scan, composed once for each process; the same with and without a cluster.</summary>
internal sealed class Engine : IAsyncDisposable
{
    private readonly OciRegistryClientProvider _oci;
    private readonly ScanExecutor? _executor;
    private readonly RegistryExecutor? _overAll;

    private Engine(
        PluginCatalog plugins, ScanSettings settings, ReadingSettings reading, IReportStore? reports, bool isReading, SecretIdentity secrets, SecretRules rules,
        OciRegistryClientProvider oci, OutboundPolicy outbound, HostSettings host, ILoggerFactory loggers, TimeProvider time)
    {
        Plugins = plugins;
        Reports = reports;
        _oci = oci;
        SecretRules = rules;
        Kinds = ScanKinds.Create();
        ImageScanning? scanning = null;
        var scanners = new ScannerDirectory(Kinds, plugins.Scanners, new OptionSecrets(secrets), time, loggers.CreateLogger<ScannerDirectory>());
        if (reports is not null && !isReading)
        {
            _executor = new ScanExecutor(Kinds, scanners, reports, settings, time, loggers.CreateLogger<ScanExecutor>());
            _overAll = new RegistryExecutor(Kinds, scanners, reports, _executor.Lanes, time, loggers.CreateLogger<RegistryExecutor>());
            scanning = new ImageScanning(Kinds, scanners, _executor, new RegistryScanning(Kinds, _overAll, reports, time), reports, time);
        }

        var access = new RegistryAccess(
            [.. plugins.RegistryClientProviders, oci], plugins.Authenticators, outbound, settings.ShareAcrossRegistries, host.UsesLocalLogins,
            host.WarnOfLogins);
        var records = new ImageRecords(reports, loggers.CreateLogger<ImageRecords>());
        var cache = new ImageCache();
        var budget = new ReadingBudget(reading.MemoryBytes);
        RememberedTagBytes = budget.RememberedBytes;
        Round = new ResourceRound(
            Kinds, access, cache, scanning, records, new StatusBudget(Kinds), rules, time, loggers.CreateLogger<ResourceRound>(), reading, budget,
            Workloads);
        WorkloadExplainer = new WorkloadExplainer(Kinds, reports);
        Explainer = new ImageExplainer(
            access, cache, new ScanExplainer(Kinds, scanners, reports, _executor, _overAll, time), reports, rules, time,
            loggers.CreateLogger<ImageExplainer>(), reading);
        if (scanning is not null)
            NamedImages = new NamedImageRound(Kinds, access, scanning, reports!, rules, time, loggers.CreateLogger<NamedImageRound>(), reading);
    }

    public PluginCatalog Plugins { get; }

    /// <summary>The kinds of scanner.</summary>
    public ScanKinds Kinds { get; }

    /// <summary>Which Secrets resources may name.</summary>
    public SecretRules SecretRules { get; }

    /// <summary>Where full reports are kept; null where none are made.</summary>
    public IReportStore? Reports { get; }

    public ResourceRound Round { get; }

    /// <summary>Bytes of tags that may be remembered between rounds.</summary>
    public long RememberedTagBytes { get; }

    /// <summary>The workloads that run images, as far as a source tells of them.</summary>
    public WorkloadIndex Workloads { get; } = new();

    /// <summary>The round of an image that is named; null where no scanner runs.</summary>
    public NamedImageRound? NamedImages { get; }

    /// <summary>Explains the state of images.</summary>
    public ImageExplainer Explainer { get; }

    /// <summary>Explains workloads.</summary>
    public WorkloadExplainer WorkloadExplainer { get; }

    /// <summary>Says that the process is about to stop: how it ends is no plugin's doing any more.</summary>
    public void Stopping() => Plugins.Stopping();

    /// <summary>Loads the plugins and composes the parts.</summary>
    /// <param name="settings">What the user set.</param>
    /// <param name="dataDirectory">Where reports are kept; null runs no scanners.</param>
    /// <param name="loggers">The loggers.</param>
    /// <param name="time">The clock.</param>
    /// <param name="cancellationToken">Ends the start.</param>
    /// <exception cref="InputException">The settings can't be read, or the data directory can't be used.</exception>
    public static Task<Engine> StartAsync(
        HostSettings settings, string? dataDirectory, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken) =>
        StartAsync(settings, dataDirectory, isReading: false, loggers, time, cancellationToken);

    /// <summary>The same to explain what there is: runs no scanner and writes no report, and so may stand beside a running operator.</summary>
    /// <exception cref="InputException">The settings can't be read, or the reports can't be used.</exception>
    public static Task<Engine> StartReadingAsync(
        HostSettings settings, string dataDirectory, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken) =>
        StartAsync(settings, dataDirectory, isReading: true, loggers, time, cancellationToken);

    private static async Task<Engine> StartAsync(
        HostSettings settings, string? dataDirectory, bool isReading, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        // File access, the store's check and plugins' constructors take no token: cancellation must not wait for them.
        var starting = Task.Run(() => LoadAsync(settings, dataDirectory, isReading, loggers, time, cancellationToken), CancellationToken.None);
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
        HostSettings settings, string? dataDirectory, bool isReading, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        var configuration = ReadConfiguration(settings);
        var scanning = ScanSettings.Read(configuration);
        var reading = ReadingSettings.Read(configuration);
        var limits = ReportSettings.Read(configuration);
        var outbound = new OutboundPolicy(NetworkSettings.Read(configuration) with
        {
            AllowsOwnLoopback = !settings.RefusesLoopback,
            Listeners = settings.Listeners,
        });
        var rules = SecretRules.Read(configuration);
        cancellationToken.ThrowIfCancellationRequested();
        var reports = dataDirectory is null ? null : await OpenStoreAsync(dataDirectory, isReading, limits, loggers, time, cancellationToken);
        // Who only reads makes nothing in a data directory: without reports there is none.
        if (isReading && reports is null) dataDirectory = null;
        try
        {
            if (reports is not null && !isReading) ToolFolder.RemoveLeft(Path.GetTempPath(), loggers.CreateLogger<ToolFolder>());
            var plugins = await PluginCatalog.LoadAsync(
                settings.PluginDirectories, configuration, dataDirectory, isReading, loggers, time, cancellationToken);
            var options = new OciClientOptions
            {
                Outbound = outbound,
                MaximumTagPageBytes = reading.PageBytes,
                UsesLocalLogins = settings.UsesLocalLogins,
                Retrying = settings.Retrying,
            };
            var oci = new OciRegistryClientProvider(options, time, loggers);
            return new Engine(
                plugins, scanning, reading, reports, isReading, SecretsOf(dataDirectory, isReading), rules, oci, outbound, settings, loggers,
                time);
        }
        catch
        {
            if (reports is not null) await reports.DisposeAsync();
            throw;
        }
    }

    /// <summary>Who only reads needs no key where there is none: then no result was made with a Secret.</summary>
    private static SecretIdentity SecretsOf(string? dataDirectory, bool isReading) =>
        new(isReading && !File.Exists(Path.Combine(dataDirectory ?? "", SecretIdentity.FileName)) ? null : dataDirectory);

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

    private static async Task<IReportStore?> OpenStoreAsync(
        string dataDirectory, bool isReading, ReportLimits limits, ILoggerFactory loggers, TimeProvider time, CancellationToken cancellationToken)
    {
        try
        {
            if (isReading) return await ReportStores.OpenReadOnlyAsync(dataDirectory, cancellationToken);
            return await ReportStores.OpenAsync(dataDirectory, limits, loggers, time, cancellationToken);
        }
        catch (ReportStoreMissingException) when (isReading)
        {
            return null;
        }
        catch (ReportStoreException failure)
        {
            throw new InputException($"--data-dir {dataDirectory}: {failure.Message}", failure);
        }
    }

    private static string ProblemOf(Exception invalid)
    {
        for (var cause = invalid; cause is not null; cause = cause.InnerException)
        {
            // The parser counts lines from 0, and its words are about its own states.
            if (cause is JsonException { LineNumber: { } line }) return $": line {line + 1} is not valid JSON.";
        }

        return $": {invalid.InnerException?.Message ?? invalid.Message}";
    }

    private static IConfiguration ReadConfiguration(HostSettings settings)
    {
        var builder = new ConfigurationBuilder();
        if (settings.ConfigurationFile is { } path) builder.AddJsonFile(Path.GetFullPath(path), optional: false);
        try
        {
            var file = builder.Build();
            SettingNames.Check(new ConfigurationBuilder().AddConfiguration(file).AddInMemoryCollection(settings.Settings).Build());
            return new ConfigurationBuilder().AddConfiguration(file)
                .AddEnvironmentVariables(HostSettings.EnvironmentPrefix).AddInMemoryCollection(settings.Settings).Build();
        }
        catch (Exception invalid) when (invalid is IOException or InvalidDataException)
        {
            throw new InputException($"--config {settings.ConfigurationFile}{ProblemOf(invalid)}", invalid);
        }
    }
}
