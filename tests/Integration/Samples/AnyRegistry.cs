using RegistryOperator.Testing.Registries;
using RegistryOperator.Tests.Servers.Registries;

namespace RegistryOperator.Integration.Tests.Samples;

/// <summary>A real registry, with the Referrers API or without.</summary>
internal sealed class AnyRegistry : IAsyncDisposable
{
    private readonly IAsyncDisposable _registry;

    private AnyRegistry(IAsyncDisposable registry, Uri url)
    {
        _registry = registry;
        Url = url;
    }

    public Uri Url { get; }

    public static async Task<AnyRegistry> StartAsync(bool referrersApi, CancellationToken cancellationToken)
    {
        if (!referrersApi)
        {
            var docker = await DockerRegistry.StartAsync(cancellationToken);
            return new AnyRegistry(docker, docker.Url);
        }

        var registry = await ReferrersRegistry.StartAsync(cancellationToken);
        return new AnyRegistry(registry, registry.Url);
    }

    public RegistryPusher CreatePusher() => new(Url);

    public ValueTask DisposeAsync() => _registry.DisposeAsync();
}
