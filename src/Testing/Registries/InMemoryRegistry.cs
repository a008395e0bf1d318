using System.Collections.Immutable;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Registries;
using RegistryOperator.Testing.Images;
using RegistryOperator.Testing.Registries.Serving;

namespace RegistryOperator.Testing.Registries;

/// <summary>
/// An OCI registry in the test's own process, over real HTTP on 127.0.0.1: push, pull, tags, referrers, delete
/// (<see href="https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md"/>). It records what it is asked, and misbehaves
/// when told to.
/// </summary>
/// <example><code>
/// await using var registry = await InMemoryRegistry.StartAsync(cancellationToken);
/// registry.Add("shop/api", "1.0.0", new ImageBuilder().Build());
/// using (registry.Inject(Faults.TooManyRequests(TimeSpan.FromSeconds(1)).Times(1))) { … }
/// </code></example>
public sealed class InMemoryRegistry : IAsyncDisposable
{
    // Kestrel would refuse large layers; a test that pushes one means it.
    private const long MaximumBodySize = 1L << 30;

    private readonly WebApplication _application;
    private readonly RegistryStore _store = new();
    private ImmutableArray<Fault> _faults;

    private InMemoryRegistry(WebApplication application, InMemoryRegistryOptions options)
    {
        _application = application;
        _faults = [.. options.Faults];
        var endpoints = new RegistryEndpoints(_store, options);
        application.Run(context => Log.RecordAsync(context, async () =>
        {
            foreach (var fault in _faults)
            {
                if (await fault.StrikeAsync(context)) return;
            }

            await endpoints.AnswerAsync(context);
        }));
    }

    /// <summary>The registry's URL.</summary>
    public Uri Url { get; private set; } = null!;

    /// <summary>What the registry was asked.</summary>
    public RequestLog Log { get; } = new();

    /// <summary>How many requests it received.</summary>
    public int RequestCount => Log.Count;

    /// <summary>Starts a registry without authentication.</summary>
    public static Task<InMemoryRegistry> StartAsync(CancellationToken cancellationToken) => StartAsync(new InMemoryRegistryOptions(), cancellationToken);

    /// <summary>Starts a registry.</summary>
    public static async Task<InMemoryRegistry> StartAsync(InMemoryRegistryOptions options, CancellationToken cancellationToken)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, options.Port);
            kestrel.Limits.MaxRequestBodySize = MaximumBodySize;
            // A fault that answers very slowly is the test's intention, not an attack.
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.AddServerHeader = false;
        });
        var registry = new InMemoryRegistry(builder.Build(), options);
        await registry._application.StartAsync(cancellationToken);
        registry.Url = new Uri(registry._application.Urls.Single());
        return registry;
    }

    /// <summary>A repository of this registry.</summary>
    public RepositoryReference Repository(string repository) => new(Url, repository);

    /// <summary>Stores a manifest and everything it names, without HTTP.</summary>
    /// <param name="repository">The repository; made where it does not exist.</param>
    /// <param name="tag">The tag, or null to store the manifest by digest only.</param>
    /// <param name="manifest">The manifest.</param>
    public void Add(string repository, string? tag, TestManifest manifest) => _store.Add(repository, tag, manifest);

    /// <summary>Stores manifests and everything they name, without HTTP.</summary>
    public void Add(string repository, IEnumerable<TaggedManifest> manifests)
    {
        foreach (var (tag, manifest) in manifests) _store.Add(repository, tag, manifest);
    }

    /// <summary>Removes a blob, behind the back of the manifests that name it.</summary>
    public void RemoveBlob(string repository, Digest digest) => _store.Find(repository)?.Blobs.TryRemove(digest, out _);

    /// <summary>Removes a tag; its manifest stays.</summary>
    public void RemoveTag(string repository, string tag) => _store.Find(repository)?.Tags.TryRemove(tag, out _);

    /// <summary>Lets requests run into a fault of one's own: see <see cref="Fault(Func{HttpContext, Task{bool}})"/>.</summary>
    public IDisposable Inject(Func<HttpContext, Task<bool>> strike) => Inject(new Fault(strike));

    /// <summary>Lets requests run into a fault, after those injected before it, until the returned object is disposed.</summary>
    public IDisposable Inject(Fault fault)
    {
        ImmutableInterlocked.Update(ref _faults, faults => faults.Add(fault));
        return new Injection(this, fault);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // Without waiting for requests that hang: disposal must be immediate.
        await _application.StopAsync(new CancellationToken(canceled: true));
        await _application.DisposeAsync();
    }

    private sealed class Injection(InMemoryRegistry registry, Fault fault) : IDisposable
    {
        public void Dispose() => ImmutableInterlocked.Update(ref registry._faults, faults => faults.Remove(fault));
    }
}
