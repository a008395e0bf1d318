using System.Text;
using System.Text.Json;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Plugins.Guards;
using RegistryOperator.Host.Reconciliation;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Scans;
using RegistryOperator.Host.Scans.Execution;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Scans.Planning;
using RegistryOperator.Host.Tests.Scans;
using RegistryOperator.Host.Workloads;
using RegistryOperator.Kubernetes;
using RegistryOperator.Kubernetes.Resources;
using RegistryOperator.Kubernetes.Tests.Fakes;
using RegistryOperator.Oci;
using RegistryOperator.Oci.Client;
using RegistryOperator.Oci.Network;
using RegistryOperator.Reports;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;
using RegistryOperator.Tests.ReportStores;

namespace RegistryOperator.Host.Tests.Rounds;

/// <summary>One resource, its registry and a clock: rounds as the operator makes them, one after the other.</summary>
internal sealed class RoundSandbox : IAsyncDisposable
{
    public const string Repository = "shop/api";
    public static readonly DateTimeOffset Start = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    public static readonly ResourceKey Key = new("shop", "api");

    private readonly ReportSandbox _reportFolder = new();
    private OciRegistryClientProvider? _oci;
    private ScanExecutor? _executor;
    private RegistryEvents? _events;

    private RoundSandbox(InMemoryRegistry registry)
    {
        Registry = registry;
        Store.Put(new RegistryResource
        {
            Metadata = new ObjectMeta { Namespace = Key.Namespace, Name = Key.Name, Uid = "1", Generation = 1, Finalizers = [RegistryGroup.Finalizer] },
            Spec = new RegistrySpec
            {
                Url = registry.Url.GetLeftPart(UriPartial.Authority),
                Repository = Repository,
                ScanConfig = new ScanConfigSpec { RetryAttempts = 0, Concurrency = 1 },
            },
        });
        Restart();
    }

    public InMemoryRegistry Registry { get; }

    /// <summary>Saves a report as another resource of the same registry would.</summary>
    public Task SaveAsync(NewReport report, CancellationToken cancellationToken) =>
        Reports!.SaveAsync(report.From(Registry.Url.GetLeftPart(UriPartial.Authority)), cancellationToken);

    public FakeTimeProvider Time { get; } = new(Start);

    public OneRegistryStore Store { get; } = new();

    public RoundMemory Memory { get; private set; } = null!;

    public ResourceRound Scan { get; private set; } = null!;

    public ResourceReconciler Reconciler { get; private set; } = null!;

    /// <summary>Warnings and errors of scans.</summary>
    public RecordingLogger<ResourceRound> ScanLog { get; } = new();

    /// <summary>Warnings and errors of reconciles.</summary>
    public RecordingLogger<ResourceReconciler> Log { get; } = new();

    public RecordingLogger<RegistryEvents> EventLog { get; } = new();

    public IReportStore? Reports { get; private set; }

    /// <summary>What runs, known to all processes; null where nothing tells.</summary>
    public WorkloadIndex? Workloads { get; set; }

    /// <summary>Scanners of all images together, installed at the next start.</summary>
    public List<FakeRegistryScanner> RegistryScanners { get; } = [];

    public RegistryResource Resource => Store.Resource!;

    public RegistryStatus Status => Resource.Status!;

    public RoundMemory.Entry Entry => Memory.For(Resource);

    public DateTimeOffset Now => Time.GetUtcNow();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<RoundSandbox> StartAsync() => new(await InMemoryRegistry.StartAsync(Cancel));

    /// <summary>With a report store and, where given, a scanner of a third party that the resource asks for.</summary>
    public static async Task<RoundSandbox> StartAsync(FakeScanner? scanner)
    {
        var sandbox = await StartAsync();
        sandbox.Reports = await sandbox._reportFolder.OpenAsync();
        if (scanner is not null)
            sandbox.ChangeSpec(spec => spec with { Scanners = [new CustomScannerSpec { Name = scanner.Descriptor.Name, Interval = 3600 }] });
        sandbox.Restart(scanner: scanner);
        return sandbox;
    }

    /// <summary>With a report store and scanners of all images together; the resource asks for those of kinds of their own.</summary>
    public static async Task<RoundSandbox> StartAsync(params IReadOnlyList<FakeRegistryScanner> scanners)
    {
        var sandbox = await StartAsync(scanner: null);
        sandbox.RegistryScanners.AddRange(scanners);
        sandbox.ChangeSpec(spec => spec with
        {
            Scanners =
            [
                .. scanners.Where(scanner => scanner.Descriptor.Kind != ScannerKind.Drift)
                    .Select(scanner => new CustomScannerSpec { Name = scanner.Descriptor.Name, Interval = 3600 }),
            ],
        });
        sandbox.Restart();
        return sandbox;
    }

    /// <summary>A new process: what is not in the status or in the report store is gone.</summary>
    public void Restart(StatusBudget? budget = null, FakeScanner? scanner = null, IReportStore? reports = null)
    {
        reports ??= Reports;
        _oci?.Dispose();
        _oci = new OciRegistryClientProvider(new OciClientOptions(), Time, NullLoggerFactory.Instance);
        ImageScanning? scanning = null;
        GuardedScanner[] scanners = [.. scanner is null ? [] : (GuardedScanner[])[scanner.Guarded(Time)], .. RegistryScanners.Select(one => one.Guarded(Time))];
        if (scanners.Length > 0)
        {
            var directory = ScanParts.Directory(Time, NullLogger<ScannerDirectory>.Instance, scanners);
            _executor = new ScanExecutor(ScanParts.Kinds, directory, reports!, new ScanSettings(), Time, NullLogger<ScanExecutor>.Instance);
            scanning = ScanParts.Scanning(directory, _executor, reports!, Time);
        }

        Memory = new RoundMemory();
        Scan = new ResourceRound(
            ScanParts.Kinds,
            new RegistryAccess([_oci], [new SecretAuthenticator()], OutboundPolicy.Default),
            new ImageCache(),
            scanning,
            new ImageRecords(reports, NullLogger<ImageRecords>.Instance),
            budget ?? new StatusBudget(ScanParts.Kinds),
            SecretRules.Default,
            Time,
            ScanLog,
            workloads: Workloads);
        _events?.Dispose();
        _events = new RegistryEvents(Store, ScanParts.Kinds, EventLog);
        Reconciler = new ResourceReconciler(Store, ScanParts.Kinds, Scan, Memory, _events, Time, Log);
    }

    /// <summary>Scans once, and stores the status.</summary>
    public async Task<RoundOutcome> ScanAsync(
        IRoundProgress? progress = null, Func<RegistryStatus, Task>? publish = null, CancellationToken? cancellationToken = null)
    {
        var outcome = await Scan.RunAsync(Resource, Store, Entry, progress, publish, cancellationToken ?? Cancel);
        SetStatus(_ => outcome.Status);
        return outcome;
    }

    public async Task<TimeSpan?> ReconcileAsync() => (await Reconciler.ReconcileAsync(Key, Cancel)).RequeueAfter;

    /// <summary>Reconciles; right before the first write of a status, others do what is given.</summary>
    public async Task<TimeSpan?> ReconcileOnceAsync(Action meanwhile)
    {
        var done = false;
        Store.BeforeWrite = _ =>
        {
            if (done) return;
            done = true;
            meanwhile();
        };
        return await ReconcileAsync();
    }

    /// <summary>Reconciles an hour later, when the registry fails.</summary>
    /// <returns>In how many seconds it is tried again.</returns>
    public async Task<double> FailAsync()
    {
        Time.Advance(TimeSpan.FromHours(1));
        using var fault = Registry.Inject(Faults.Status(500));
        return (await ReconcileAsync())!.Value.TotalSeconds;
    }

    public void Push(string tag, TestManifest manifest) => Registry.Add(Repository, tag, manifest);

    /// <summary>Pushes an image that no other content has.</summary>
    public TestImage Push(string tag, string content = "")
    {
        var image = Image(content.Length > 0 ? content : tag);
        Push(tag, image);
        return image;
    }

    /// <summary>An image with labels, the same for the same content.</summary>
    public static TestImage Image(string content) =>
        new ImageBuilder().WithLabel("content", content).WithLabel("source", new string('s', 300)).WithLayer(new LayerFile("content", content)).Build();

    public ImageStatus? Of(string tag) => Status.Images.SingleOrDefault(image => image.Tag == tag);

    /// <summary>An image with all that scanners and others have put to it.</summary>
    public static ImageStatus WithSections(ImageStatus image) => image with
    {
        Vulnerabilities = new VulnerabilitiesStatus { Critical = 3 },
        Sbom = new SbomStatus { TotalPackages = 7 },
        Provenance = new ProvenanceStatus { Builder = "ci" },
        Scans = new Dictionary<string, CustomScanStatus> { ["licences"] = new() { Result = "Passed" } },
        OtherFields = new Dictionary<string, JsonElement> { ["later"] = JsonElement.Parse("1") },
        Usage = new ImageUsageStatus { WorkloadCount = 2 },
    };

    /// <summary>A status with the sections of others.</summary>
    public static RegistryStatus WithOthers(RegistryStatus status) => status with
    {
        Drift = new DriftStatus { LastCheckTime = RoundSandbox.Start },
        Webhook = new WebhookStatus { LastStatus = "Sent" },
        OtherFields = new Dictionary<string, JsonElement> { ["later"] = JsonElement.Parse("1") },
    };

    public Condition? ConditionOf(string type) => Status.Conditions.SingleOrDefault(condition => condition.Type == type);

    public void ChangeSpec(Func<RegistrySpec, RegistrySpec> change) => Store.Change(resource => resource with { Spec = change(resource.Spec) });

    /// <summary>Changes the stored status, as others or earlier rounds have left it.</summary>
    public void SetStatus(Func<RegistryStatus, RegistryStatus> change) =>
        Store.Change(resource => resource with { Status = OneRegistryStore.ThroughJson(change(resource.Status ?? new RegistryStatus())) });

    /// <summary>Changes what the stored status says of an image.</summary>
    public void SetImage(string tag, Func<ImageStatus, ImageStatus> change) =>
        SetStatus(status => status with { Images = [.. status.Images.Select(image => image.Tag == tag ? change(image) : image)] });

    /// <summary>Sets the annotation that asks for a scan.</summary>
    public void AskForScan(string? value) => Store.Change(resource => resource with
    {
        Metadata = resource.Metadata with
        {
            Annotations = value is null
                ? null
                : new Dictionary<string, string>(StringComparer.Ordinal) { [RegistryGroup.ScanRequestedAnnotation] = value },
        },
    });

    public async ValueTask DisposeAsync()
    {
        if (_executor is not null) await _executor.DisposeAsync();
        _oci?.Dispose();
        _events?.Dispose();
        await Registry.DisposeAsync();
        await _reportFolder.DisposeAsync();
    }

    /// <summary>Makes a credential of the two keys that the resource names.</summary>
    private sealed class SecretAuthenticator : IRegistryAuthenticator
    {
        public string Name => "secret";

        public ValueTask<RegistryCredential?> GetCredentialAsync(RegistryAuthenticationRequest request, CancellationToken cancellationToken) =>
            ValueTask.FromResult<RegistryCredential?>(request.Secret is { } secret
                ? new RegistryCredential.UsernamePassword(Text(secret, request.UsernameKey), Text(secret, request.PasswordKey))
                : null);

        private static string Text(CredentialSecret secret, string key) =>
            secret.Data.TryGetValue(key, out var value)
                ? Encoding.UTF8.GetString(value.Span)
                : throw new CredentialException($"Secret '{secret.Name}' has no key '{key}'.");
    }
}
