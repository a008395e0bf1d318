using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Host.Hosting;
using RegistryOperator.Host.Reconciliation;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Sources;
using RegistryOperator.Host.Tests.Support;
using RegistryOperator.Kubernetes;
using RegistryOperator.Kubernetes.Resources;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Hosting;

/// <summary>Resources whose registry never ends what it begins, beside others of other namespaces.</summary>
public sealed class FairnessTests : IAsyncLifetime
{
    private const int Hostile = 64;
    private const int Honest = 60;

    private readonly CancellationTokenSource _stop = new();
    private readonly ManyResources _resources = new();
    private InMemoryRegistry _good = null!;
    private InMemoryRegistry _bad = null!;
    private Engine _engine = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _good = await InMemoryRegistry.StartAsync(Token);
        _bad = await InMemoryRegistry.StartAsync(Token);
        _engine = await Engine.StartAsync(
            new HostSettings { PluginDirectories = [] }, dataDirectory: null, NullLoggerFactory.Instance, TimeProvider.System, Token);
    }

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        await _bad.DisposeAsync();
        await _good.DisposeAsync();
        _resources.Dispose();
        _stop.Dispose();
    }

    [Fact]
    public async Task Run_HostileResourcesOfOneNamespaceAndHonestOnesOfOthers_TheHonestAreScannedAtOnce()
    {
        var image = new ImageBuilder().WithLabel("a", "b").Build();
        for (var i = 0; i < Honest; i++) _good.Add($"team/app{i}", "1.0.0", image);
        using var fault = _bad.Inject(Faults.Hang());
        var running = new Operator(_resources, _engine, new OperatorOptions(), TimeProvider.System, NullLoggerFactory.Instance).RunAsync(_stop.Token);
        for (var i = 0; i < Hostile; i++) await _resources.AddAsync("attacker", $"a{i}", _bad.Url, "x/y");
        await Waiting.UntilAsync(() => _resources.Reads("attacker") > 0 && _resources.IsQuiet, "the hostile ones have all workers that they get");
        var begin = Stopwatch.GetTimestamp();

        await _resources.AddAsync("first", "app", _good.Url, "team/app0");
        await Waiting.UntilAsync(() => _resources.StatusOf("first", "app")?.LastScanStatus is not null, "the first honest one is scanned");
        Stopwatch.GetElapsedTime(begin).ShouldBeLessThan(TimeSpan.FromSeconds(5));
        for (var i = 1; i < Honest; i++) await _resources.AddAsync($"team{i % 7}", $"app{i}", _good.Url, $"team/app{i}");
        await Waiting.UntilAsync(() => _resources.Scanned == Honest, "all honest ones are scanned");

        for (var i = 1; i < Honest; i++)
            _resources.StatusOf($"team{i % 7}", $"app{i}")!.Images.ShouldHaveSingleItem().Config!.Labels.ShouldContainKeyAndValue("a", "b");
        _resources.StatusOf("attacker", "a0")?.LastScanStatus.ShouldBeNull("they wait for nobody's end");
        await _stop.CancelAsync();
        await running.SoonAsync();
    }

    /// <summary>A cluster in memory: resources of many namespaces.</summary>
    private sealed class ManyResources : IResourceSource, IResourceStore
    {
        private readonly ConcurrentDictionary<ResourceKey, RegistryResource> _resources = new();
        private readonly ConcurrentDictionary<string, int> _reads = new();
        private readonly TaskCompletionSource<Action<ResourceKey, bool>> _wake = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private long _lastRead;

        public IResourceStore Store => this;

        public string Description => "memory";

        public bool IsReady => true;

        /// <summary>True where nothing was read for a while: who could be given a worker has one.</summary>
        public bool IsQuiet => Stopwatch.GetElapsedTime(Volatile.Read(ref _lastRead)) > TimeSpan.FromMilliseconds(200);

        public int Scanned => _resources.Values.Count(resource => resource.Status?.LastScanStatus == ScanStatuses.Success);

        public int Reads(string inNamespace) => _reads.GetValueOrDefault(inNamespace);

        public RegistryStatus? StatusOf(string inNamespace, string name) => _resources[new ResourceKey(inNamespace, name)].Status;

        public async Task AddAsync(string inNamespace, string name, Uri registry, string repository)
        {
            var key = new ResourceKey(inNamespace, name);
            _resources[key] = new RegistryResource
            {
                Metadata = new ObjectMeta { Namespace = inNamespace, Name = name, Generation = 1, Finalizers = [RegistryGroup.Finalizer] },
                Spec = new RegistrySpec
                {
                    Url = registry.GetLeftPart(UriPartial.Authority),
                    Repository = repository,
                    ScanConfig = new ScanConfigSpec { Timeout = "1h", RetryAttempts = 10, RetryDelay = "1h" },
                },
            };
            (await _wake.Task)(key, false);
        }

        public Task WatchAsync(Action<ResourceKey, bool> wake, CancellationToken cancellationToken)
        {
            _wake.SetResult(wake);
            return Task.Delay(Timeout.Infinite, cancellationToken);
        }

        public Task<RegistryResource?> GetAsync(ResourceKey key, CancellationToken cancellationToken)
        {
            _reads.AddOrUpdate(key.Namespace, 1, (_, count) => count + 1);
            Volatile.Write(ref _lastRead, Stopwatch.GetTimestamp());
            return Task.FromResult(_resources.GetValueOrDefault(key));
        }

        public Task<RegistryResource> ReplaceStatusAsync(RegistryResource resource, CancellationToken cancellationToken) =>
            Task.FromResult(_resources[resource.Metadata.Key] = resource);

        public Task<RegistryResource> AddFinalizerAsync(RegistryResource resource, CancellationToken cancellationToken) => Task.FromResult(resource);

        public Task RemoveFinalizerAsync(RegistryResource resource, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<IReadOnlyList<string>?> GetPullSecretsAsync(string @namespace, string serviceAccount, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<string>?>(null);

        public Task<CredentialSecret?> GetSecretAsync(string @namespace, string name, CancellationToken cancellationToken) =>
            Task.FromResult<CredentialSecret?>(null);

        public void Dispose()
        {
            // It holds nothing.
        }
    }
}
