using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Hosting;
using RegistryOperator.Host.Reconciliation;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Sources;
using RegistryOperator.Kubernetes;
using RegistryOperator.Tests.ReportStores;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Host.Tests.Hosting;

public sealed class OperatorTests : IAsyncLifetime
{
    private static readonly ResourceKey Shop = new("shop", "api");
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider _time = new();
    private readonly Source _source = new();
    private readonly CancellationTokenSource _stop = new();
    private Engine _engine = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        _engine = await Engine.StartAsync(new HostSettings { PluginDirectories = [] }, dataDirectory: null, NullLoggerFactory.Instance, _time, Token);

    public async ValueTask DisposeAsync()
    {
        await _engine.DisposeAsync();
        _stop.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void IsReady_AsTheSource(bool isReady)
    {
        _source.IsReady = isReady;

        Create().IsReady.ShouldBe(isReady);
    }

    [Fact]
    public async Task Run_Woken_ReconcilesAndEndsWhenStopped()
    {
        var running = Create().RunAsync(_stop.Token);
        _source.Wake(Shop, false);

        await Wait.UntilAsync("the resource is read", () => _source.Reads == 1, Deadline, Token);
        await _stop.CancelAsync();

        await running.WaitAsync(Deadline, TimeProvider.System, Token);
    }

    [Fact]
    public async Task Run_StoppedDuringAReconcile_WaitsForItsEnd()
    {
        var release = _source.Hold();
        var running = Create().RunAsync(_stop.Token);
        _source.Wake(Shop, false);
        await Wait.UntilAsync("the resource is read", () => _source.Reads == 1, Deadline, Token);

        await _stop.CancelAsync();
        _time.Advance(TimeSpan.FromSeconds(9));
        // Time enough for one that does not wait.
        for (var turn = 0; turn < 1000; turn++) await Task.Yield();
        running.IsCompleted.ShouldBeFalse();
        release.SetResult();

        await running.WaitAsync(Deadline, TimeProvider.System, Token);
    }

    [Fact]
    public async Task Run_ReconcileThatDoesNotEnd_IsLeftAfterTenSeconds()
    {
        var release = _source.Hold();
        var running = Create().RunAsync(_stop.Token);
        _source.Wake(Shop, false);
        await Wait.UntilAsync("the resource is read", () => _source.Reads == 1, Deadline, Token);

        await _stop.CancelAsync();
        await Wait.UntilAsync("it gives up", () =>
        {
            _time.Advance(TimeSpan.FromSeconds(10));
            return running.IsCompleted;
        }, Deadline, Token);

        await running;
        release.SetResult();
        new OperatorOptions().DrainTimeout.ShouldBe(TimeSpan.FromSeconds(10));
    }

    [Fact]
    public async Task Run_SourceFails_FailsWithItsException()
    {
        var running = Create().RunAsync(_stop.Token);

        _source.Fail(new InvalidOperationException("The cluster is gone."));

        (await Should.ThrowAsync<InvalidOperationException>(() => running.WaitAsync(Deadline, TimeProvider.System, Token)))
            .Message.ShouldBe("The cluster is gone.");
        await _stop.CancelAsync();
    }

    [Fact]
    public async Task Run_ReportsThatNoResourceHas_AreDeletedWhileItRuns()
    {
        using var folder = new TemporaryFolder("operator");
        await using var engine = await Engine.StartAsync(new HostSettings { PluginDirectories = [] }, folder.Path, NullLoggerFactory.Instance, _time, Token);
        var report = SampleReports.New(SampleReports.Image("a"), ScannerKind.Custom, "licences");
        await engine.Reports.ShouldNotBeNull().SaveAsync(report, Token);
        var running = new Operator(_source, engine, new OperatorOptions(), _time, NullLoggerFactory.Instance).RunAsync(_stop.Token);

        await Wait.UntilAsync(
            "the report is gone",
            async token =>
            {
                _time.Advance(TimeSpan.FromDays(1));
                return (await engine.Reports.FindAsync([report.Report.Key.Digest], token)).Count == 0;
            },
            Deadline,
            Token);

        await _stop.CancelAsync();
        await running.WaitAsync(Deadline, TimeProvider.System, Token);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, true)]
    public async Task Wake_InFlight_IsInterruptedWhereItHasBecomeUseless(bool obsolete, bool interrupted)
    {
        var release = _source.Hold();
        var running = Create().RunAsync(_stop.Token);
        _source.Wake(Shop, false);
        await Wait.UntilAsync("the resource is read", () => _source.Reads == 1, Deadline, Token);

        _source.Wake(Shop, obsolete);

        if (interrupted) await Wait.UntilAsync("the reconcile is cancelled", () => _source.LastToken.IsCancellationRequested, Deadline, Token);
        else _source.LastToken.IsCancellationRequested.ShouldBeFalse();
        release.SetResult();
        // Woken once more, it is read once more.
        await Wait.UntilAsync("it is read again", () => _source.Reads == 2, Deadline, Token);
        await _stop.CancelAsync();
        await running.WaitAsync(Deadline, TimeProvider.System, Token);
    }

    [Fact]
    public async Task Run_Workers_AreSoManyAtATime()
    {
        new OperatorOptions().Workers.ShouldBe(64);
        var release = _source.Hold();
        var running = Create(workers: 2).RunAsync(_stop.Token);
        for (var i = 0; i < 5; i++) _source.Wake(new ResourceKey("shop", $"api{i}"), false);

        await Wait.UntilAsync("two are read", () => _source.Reads == 2, Deadline, Token);
        _source.Reads.ShouldBe(2);
        release.SetResult();

        await Wait.UntilAsync("all are read", () => _source.Reads == 5, Deadline, Token);
        await _stop.CancelAsync();
        await running.WaitAsync(Deadline, TimeProvider.System, Token);
    }

    private Operator Create(int? workers = null) =>
        new(_source, _engine, workers is { } count ? new OperatorOptions { Workers = count } : new OperatorOptions(), _time, NullLoggerFactory.Instance);

    /// <summary>A source that a test wakes, and a store in which no resource is.</summary>
    private sealed class Source : IResourceSource, IResourceStore, ISecretSource
    {
        private readonly TaskCompletionSource _failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private TaskCompletionSource? _held;
        private int _reads;

        public IResourceStore Store => this;

        public string Description => "a test";

        public bool IsReady { get; set; }

        public Action<ResourceKey, bool> Wake { get; private set; } = (_, _) => { };

        public int Reads => Volatile.Read(ref _reads);

        public CancellationToken LastToken { get; private set; }

        public TaskCompletionSource Hold() => _held = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        public void Fail(Exception failure) => _failed.SetException(failure);

        public Task WatchAsync(Action<ResourceKey, bool> wake, CancellationToken cancellationToken)
        {
            Wake = wake;
            return _failed.Task.WaitAsync(cancellationToken);
        }

        public async Task<RegistryResource?> GetAsync(ResourceKey key, CancellationToken cancellationToken)
        {
            LastToken = cancellationToken;
            Interlocked.Increment(ref _reads);
            if (_held is not null) await _held.Task;
            return null;
        }

        public Task<RegistryResource> ReplaceStatusAsync(RegistryResource resource, CancellationToken cancellationToken) => Task.FromResult(resource);

        public Task<RegistryResource> AddFinalizerAsync(RegistryResource resource, CancellationToken cancellationToken) => Task.FromResult(resource);

        public Task RemoveFinalizerAsync(RegistryResource resource, CancellationToken cancellationToken) => Task.CompletedTask;

        public Task<IReadOnlyList<string>?> GetPullSecretsAsync(string @namespace, string serviceAccount, CancellationToken cancellationToken) =>
            Task.FromResult<IReadOnlyList<string>?>(null);

        public Task<RegistryOperator.Abstractions.Authentication.CredentialSecret?> GetSecretAsync(
            string @namespace, string name, CancellationToken cancellationToken) =>
            Task.FromResult<RegistryOperator.Abstractions.Authentication.CredentialSecret?>(null);

        public void Dispose()
        {
        }
    }
}
