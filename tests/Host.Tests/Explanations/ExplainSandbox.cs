using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Host.Cli.Explain;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Explanations;
using RegistryOperator.Host.Hosting;
using RegistryOperator.Host.Plugins;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Sources.Manifests;
using RegistryOperator.Host.Tests.Plugins;
using RegistryOperator.Kubernetes.Resources;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Explanations;

/// <summary>One resource, its registry and scanners whose results follow from labels; scans, and explains in another engine.</summary>
internal sealed class ExplainSandbox : IAsyncDisposable
{
    public const string Repository = "shop/api";
    public static readonly DateTimeOffset Start = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    private readonly PluginSandbox _plugins = new();
    private readonly DirectoryInfo _data = Directory.CreateTempSubdirectory("explain-");

    private ExplainSandbox(InMemoryRegistry registry)
    {
        Registry = registry;
        _plugins.AddFixture("Scripted");
        Resource = new RegistryResource
        {
            Metadata = new ObjectMeta { Namespace = "shop", Name = "api", Uid = "1", Generation = 1 },
            Spec = new RegistrySpec { Url = Origin, Repository = Repository, ScanConfig = new ScanConfigSpec { RetryAttempts = 0 } },
        };
    }

    public InMemoryRegistry Registry { get; }

    public FakeTimeProvider Time { get; } = new(Start);

    public RegistryResource Resource { get; set; }

    public ManifestSecrets Secrets { get; set; } = new([]);

    public PluginSandbox Plugins => _plugins;

    public string Origin => Registry.Url.GetLeftPart(UriPartial.Authority);

    public string DataDirectory => _data.FullName;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static async Task<ExplainSandbox> StartAsync() => new(await InMemoryRegistry.StartAsync(Cancel));

    public void Spec(Func<RegistrySpec, RegistrySpec> change) => Resource = Resource with { Spec = change(Resource.Spec) };

    public TestImage Push(string tag, string labels = "", int day = 1)
    {
        var builder = new ImageBuilder().WithCreated(Start.AddDays(day - 100)).WithLayer(new LayerFile("tag", tag));
        foreach (var label in labels.Split(';', StringSplitOptions.RemoveEmptyEntries))
            builder = builder.WithLabel(label.Split(':')[0], label.Split(':')[1]);
        var image = builder.Build();
        Registry.Add(Repository, tag, image);
        return image;
    }

    /// <summary>Scans as <c>scan</c> does; the resource has the status then.</summary>
    public async Task ScanAsync()
    {
        await using var engine = await StartAsync(Time);
        var outcome = await engine.Round.RunAsync(Resource, Secrets, new RoundMemory.Entry(), progress: null, publish: null, Cancel);
        Resource = Resource with { Status = outcome.Status };
    }

    /// <summary>The engine that scans.</summary>
    public Task<Engine> StartAsync(TimeProvider time) => _plugins.StartEngineAsync(_data, time, Cancel);

    /// <summary>The engine that explains.</summary>
    public Task<Engine> StartReadingAsync() => Engine.StartReadingAsync(
        new HostSettings { PluginDirectories = [new PluginDirectory(Path.Combine(_plugins.Root, "plugins"), IsRequired: true)] },
        DataDirectory, NullLoggerFactory.Instance, Time, Cancel);

    public async Task<ImageExplanation> ExplainAsync(string image, bool isOffline = false)
    {
        await using var engine = await StartReadingAsync();
        return await engine.Explainer.ExplainAsync(AskedImage.Parse(image), Resource, Secrets, isOffline, Cancel);
    }

    /// <summary>What a person is shown, with the registry as <c>ROOT</c>.</summary>
    public string Print(ImageExplanation explanation, int? width = null)
    {
        using var output = new StringWriter();
        var terminal = new Terminal { In = TextReader.Null, Out = output, Error = TextWriter.Null, ShowsProgress = false, Width = width };
        new ExplainTree(terminal).Write([explanation]);
        return output.ToString().Replace(Registry.Url.Authority, "ROOT", StringComparison.Ordinal);
    }

    public static CredentialSecret Secret(string name, string key, string content) => new()
    {
        Namespace = "shop",
        Name = name,
        Data = new Dictionary<string, ReadOnlyMemory<byte>> { [key] = System.Text.Encoding.UTF8.GetBytes(content) },
    };

    /// <summary>The decision of a step, by the names on the way to it.</summary>
    public static Decision Of(ImageExplanation explanation, params string[] path)
    {
        var steps = explanation.Steps;
        DecisionStep? step = null;
        foreach (var name in path)
        {
            step = steps.FirstOrDefault(one => one.Name == name)
                ?? throw new ArgumentException($"There is no step '{name}', but {string.Join(", ", steps.Select(one => one.Name))}.");
            steps = step.Steps;
        }

        return step!.Decision;
    }

    public async ValueTask DisposeAsync()
    {
        await Registry.DisposeAsync();
        _plugins.Dispose();
        _data.Delete(recursive: true);
    }
}
