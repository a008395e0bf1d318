using Microsoft.Extensions.DependencyInjection;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Plugins.Provenance.Attached;
using RegistryOperator.Plugins.Provenance.Options;
using RegistryOperator.Plugins.Provenance.Trust;
using RegistryOperator.Plugins.Provenance.Verdicts;

namespace RegistryOperator.Plugins.Provenance;

/// <summary>Registers the scanner with its settings, which are read and checked once, at start.</summary>
public sealed class ProvenanceStartup : IPluginStartup
{
    /// <inheritdoc/>
    /// <exception cref="ProvenanceOptionsException">A setting can't be used.</exception>
    public void ConfigureServices(IServiceCollection services, PluginContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        // First, so that the host knows them also where a value is refused.
        foreach (var setting in ProvenanceSettings.All) services.AddSingleton(setting);
        var options = new ProvenanceOptionsReader(context.Configuration, $"Plugins:{context.Name}").Read();
        services.AddSingleton(options);
        services.AddSingleton<AttachmentLister>();
        services.AddSingleton<TrustedRoots>();
        services.AddSingleton<PolicyReader>();
        services.AddSingleton(new EvidenceJudge(new SlsaLevels(new TrustedBuilders(options.TrustedBuilders))));
        services.AddSingleton<IImageScanner, ProvenanceScanner>();
    }
}
