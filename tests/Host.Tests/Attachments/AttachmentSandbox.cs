using Microsoft.Extensions.Logging.Abstractions;
using RegistryOperator.Abstractions.Attachments;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Host.Attachments;
using RegistryOperator.Oci;
using RegistryOperator.Oci.Client;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries;

namespace RegistryOperator.Host.Tests.Attachments;

/// <summary>An image of two platforms in a registry, with what a test attaches to it.</summary>
internal sealed class AttachmentSandbox : IAsyncDisposable
{
    public const string Repository = "team/app";
    public const string Type = "application/vnd.example.note";

    private readonly OciRegistryClientProvider _oci = new(new OciClientOptions(), TimeProvider.System, NullLoggerFactory.Instance);
    private int _artifacts;

    private AttachmentSandbox(InMemoryRegistry registry)
    {
        Registry = registry;
        Registry.Add(Repository, "single", Amd64);
    }

    public InMemoryRegistry Registry { get; }

    public TestImage Amd64 { get; } = new ImageBuilder().WithLayer(new LayerFile("a", "amd64")).Build();

    public TestImage Arm64 { get; } = new ImageBuilder().WithPlatform("linux/arm64").WithLayer(new LayerFile("a", "arm64")).Build();

    /// <summary>The client of the product.</summary>
    public IRegistryClient Client => field ??= _oci.CreateClient(new RegistryClientRequest
    {
        Repository = Registry.Repository(Repository),
        Retry = new RegistryRetryOptions(TimeSpan.FromSeconds(30), 0, TimeSpan.Zero),
    });

    /// <summary>What the registry was asked, without host and repository, in order.</summary>
    public IEnumerable<string> Requests =>
        Registry.Log.Requests.Select(request => $"{request.Path.Replace($"/v2/{Repository}/", "", StringComparison.Ordinal)} {request.Status}");

    public static async Task<AttachmentSandbox> StartAsync(bool referrersApi = true) =>
        new(await InMemoryRegistry.StartAsync(new InMemoryRegistryOptions { ReferrersApi = referrersApi }, TestContext.Current.CancellationToken));

    /// <summary>The tag that the specifications make of a digest.</summary>
    public static string Tag(TestManifest subject, string suffix = "") => $"sha256-{subject.Digest.Encoded}{suffix}";

    /// <summary>An artifact that is like no other.</summary>
    public TestArtifact Artifact(TestManifest? subject = null, string? type = Type, string? config = null)
    {
        var builder = new ArtifactBuilder().WithFile("text/plain", $"note {_artifacts++}");
        if (type is not null) builder = builder.WithType(type);
        if (config is not null) builder = builder.WithConfig(config, "{}");
        if (subject is not null) builder = builder.WithSubject(subject.Descriptor);
        return builder.Build();
    }

    public TestArtifact Attach(TestManifest subject, string? type = Type, string? config = null) => Add(null, Artifact(subject, type, config));

    public TestArtifact AddTag(TestManifest subject, string suffix) => Add(Tag(subject, suffix), Artifact());

    public T Add<T>(string? tag, T manifest)
        where T : TestManifest
    {
        Registry.Add(Repository, tag, manifest);
        return manifest;
    }

    /// <summary>Stores the image's index, with BuildKit's attestations of these platforms.</summary>
    public TestManifest AddIndex(params TestImage[] attested)
    {
        var index = new IndexBuilder().WithImage(Amd64).WithImage(Arm64);
        foreach (var image in attested) index = index.WithAttestation(image, "https://slsa.dev/provenance/v0.2", $$"""{"of":"{{image.Platform}}"}""");
        return Add("multi", index.Build());
    }

    /// <summary>The attachments of an image; of one that is no index where no platforms are named.</summary>
    /// <param name="image">What the tag names.</param>
    /// <param name="tags">The complete list of tags; null where there is none.</param>
    /// <param name="platforms">The platforms that are scanned.</param>
    public IImageAttachments Of(TestManifest image, IReadOnlyCollection<string>? tags, params TestImage[] platforms) =>
        new RoundAttachments(Client, tags).Of(image.Digest, [.. platforms.Select(platform => platform.Digest).DefaultIfEmpty(image.Digest)]);

    public Task<ImageAttachmentList> ListAsync(TestManifest image, IReadOnlyCollection<string>? tags, params TestImage[] platforms) =>
        Of(image, tags, platforms).ListAsync(TestContext.Current.CancellationToken);

    public async ValueTask DisposeAsync()
    {
        _oci.Dispose();
        await Registry.DisposeAsync();
    }
}
