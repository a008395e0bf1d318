using System.Globalization;
using System.Text.Json;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Reconciliation;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Kubernetes;

namespace RegistryOperator.Host.Tests.Rounds;

/// <summary>A store of one resource that behaves as an API server does: versions, conflicts, finalizers, and statuses that go through JSON.</summary>
internal sealed class OneRegistryStore : IResourceStore
{
    private int _version = 1;

    /// <summary>The resource as stored; null where there is none.</summary>
    public RegistryResource? Resource { get; private set; }

    /// <summary>Every status written, in order.</summary>
    public List<RegistryStatus> Written { get; } = [];

    public List<RegistryEvent> Events { get; } = [];

    /// <summary>Why events can't be written; null where they can.</summary>
    public Exception? EventFailure { get; set; }

    public Dictionary<string, CredentialSecret> Secrets { get; } = new(StringComparer.Ordinal);

    /// <summary>The Secrets asked for, each <c>namespace/name</c>.</summary>
    public List<string> SecretsRead { get; } = [];

    /// <summary>Done before each write of a status with its number, from 1: what others do meanwhile.</summary>
    public Action<int>? BeforeWrite { get; set; }

    public int WriteAttempts { get; private set; }

    public int FinalizersAdded { get; private set; }

    public int FinalizersRemoved { get; private set; }

    /// <summary>A user's or another controller's change. A changed spec counts the generation up.</summary>
    public void Change(Func<RegistryResource, RegistryResource> change)
    {
        var changed = change(Resource!);
        var generation = Resource!.Metadata.Generation + (changed.Spec == Resource.Spec ? 0 : 1);
        Resource = changed with { Metadata = changed.Metadata with { Generation = generation, ResourceVersion = NextVersion() } };
    }

    /// <summary>Puts a resource in the place of the one that is there.</summary>
    public void Put(RegistryResource? resource) =>
        Resource = resource is null ? null : resource with { Metadata = resource.Metadata with { ResourceVersion = NextVersion() } };

    public Task<RegistryResource?> GetAsync(ResourceKey key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(Resource?.Metadata.Key == key ? Resource : null);
    }

    public Task<RegistryResource> ReplaceStatusAsync(RegistryResource resource, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        BeforeWrite?.Invoke(++WriteAttempts);
        if (Resource is null || Resource.Metadata.ResourceVersion != resource.Metadata.ResourceVersion)
            throw new StatusConflictException("The object has been modified.");
        var status = ThroughJson(resource.Status!);
        Written.Add(status);
        Resource = Resource with { Status = status, Metadata = Resource.Metadata with { ResourceVersion = NextVersion() } };
        return Task.FromResult(Resource);
    }

    public Task WriteEventAsync(RegistryResource resource, RegistryEvent written, CancellationToken cancellationToken)
    {
        Events.Add(written);
        return EventFailure is null ? Task.CompletedTask : Task.FromException(EventFailure);
    }

    public Task<RegistryResource> AddFinalizerAsync(RegistryResource resource, CancellationToken cancellationToken)
    {
        FinalizersAdded++;
        Resource = Resource! with
        {
            Metadata = Resource.Metadata with
            {
                Finalizers = [.. Resource.Metadata.Finalizers ?? [], RegistryGroup.Finalizer],
                ResourceVersion = NextVersion(),
            },
        };
        return Task.FromResult(Resource);
    }

    public Task RemoveFinalizerAsync(RegistryResource resource, CancellationToken cancellationToken)
    {
        FinalizersRemoved++;
        Resource = null;
        return Task.CompletedTask;
    }

    public Task<IReadOnlyList<string>?> GetPullSecretsAsync(string @namespace, string serviceAccount, CancellationToken cancellationToken) =>
        Task.FromResult<IReadOnlyList<string>?>(null);

    public Task<CredentialSecret?> GetSecretAsync(string @namespace, string name, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        SecretsRead.Add($"{@namespace}/{name}");
        return Task.FromResult(Secrets.GetValueOrDefault(name));
    }

    /// <summary>A status as it is read back.</summary>
    public static RegistryStatus ThroughJson(RegistryStatus status) =>
        JsonSerializer.Deserialize(JsonSerializer.SerializeToUtf8Bytes(status, RegistryJson.Status), RegistryJson.Status)!;

    private string NextVersion() => (++_version).ToString(CultureInfo.InvariantCulture);
}
