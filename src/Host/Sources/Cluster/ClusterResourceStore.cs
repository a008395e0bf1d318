using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Reconciliation;
using RegistryOperator.Host.Registry;
using RegistryOperator.Kubernetes;
using RegistryOperator.Kubernetes.Client;
using RegistryOperator.Kubernetes.Resources;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Sources.Cluster;

/// <summary>The resources and Secrets of a cluster.</summary>
internal sealed class ClusterResourceStore(KubernetesConnection connection, TimeProvider time) : IResourceStore
{
    private readonly ResourceClient<RegistryResource> _registries = connection.Resources(RegistryResource.ResourceType);
    private readonly ResourceClient<Secret> _secrets = connection.Resources(Secret.ResourceType);
    private readonly ResourceClient<ServiceAccount> _accounts = connection.Resources(ServiceAccount.ResourceType);
    private readonly ResourceClient<CoreEvent> _events = connection.Resources(CoreEvent.ResourceType);

    public Task<RegistryResource?> GetAsync(ResourceKey key, CancellationToken cancellationToken) => _registries.GetAsync(key, cancellationToken);

    public async Task<RegistryResource> ReplaceStatusAsync(RegistryResource resource, CancellationToken cancellationToken)
    {
        try
        {
            return await _registries.ReplaceStatusAsync(resource, cancellationToken);
        }
        catch (KubernetesApiException conflict) when (conflict.IsConflict)
        {
            throw new StatusConflictException(conflict.Message, conflict);
        }
        catch (KubernetesApiException gone) when (gone.IsNotFound)
        {
            // Deleted meanwhile: the caller reads again and finds that it is gone.
            throw new StatusConflictException(gone.Message, gone);
        }
    }

    public Task WriteEventAsync(RegistryResource resource, RegistryEvent written, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return _events.CreateAsync(new CoreEvent
        {
            Metadata = new ObjectMeta { Namespace = resource.Metadata.Namespace, Name = $"{resource.Metadata.Name}.{Guid.NewGuid():N}" },
            InvolvedObject = new EventSubject
            {
                ApiVersion = RegistryGroup.ApiVersion,
                Kind = RegistryGroup.Kind,
                Namespace = resource.Metadata.Namespace,
                Name = resource.Metadata.Name!,
                Uid = resource.Metadata.Uid,
            },
            Reason = written.Reason,
            Message = OutsideText.Cut(written.Message, CoreEvent.LongestMessage),
            Type = "Warning",
            FirstTimestamp = now,
            LastTimestamp = now,
            Source = new EventSource { Component = "registry-operator" },
        }, cancellationToken);
    }

    public async Task<RegistryResource> AddFinalizerAsync(RegistryResource resource, CancellationToken cancellationToken) =>
        await _registries.AddFinalizerAsync(resource, RegistryGroup.Finalizer, cancellationToken) ?? resource;

    public async Task RemoveFinalizerAsync(RegistryResource resource, CancellationToken cancellationToken) =>
        await _registries.RemoveFinalizerAsync(resource, RegistryGroup.Finalizer, cancellationToken);

    public async Task<CredentialSecret?> GetSecretAsync(string @namespace, string name, CancellationToken cancellationToken)
    {
        var secret = await FindAsync(_secrets, new ResourceKey(@namespace, name), cancellationToken);
        return secret is null ? null : new CredentialSecret
        {
            Namespace = @namespace,
            Name = name,
            Type = secret.Type is { Length: > 0 } type ? type : "Opaque",
            Labels = secret.Metadata.Labels ?? new Dictionary<string, string>(StringComparer.Ordinal),
            Data = (secret.Data ?? new Dictionary<string, byte[]>(StringComparer.Ordinal))
                .ToDictionary(entry => entry.Key, entry => new ReadOnlyMemory<byte>(entry.Value), StringComparer.Ordinal),
        };
    }

    public async Task<IReadOnlyList<string>?> GetPullSecretsAsync(string @namespace, string serviceAccount, CancellationToken cancellationToken)
    {
        var account = await FindAsync(_accounts, new ResourceKey(@namespace, serviceAccount), cancellationToken);
        return account is null ? null : [.. (account.ImagePullSecrets ?? []).Select(secret => secret.Name).OfType<string>()];
    }

    private static async Task<T?> FindAsync<T>(ResourceClient<T> client, ResourceKey key, CancellationToken cancellationToken)
        where T : class, IKubernetesResource
    {
        try
        {
            return await client.GetAsync(key, cancellationToken);
        }
        catch (KubernetesApiException forbidden) when (forbidden.IsForbidden)
        {
            throw new SecretForbiddenException(forbidden.Message, forbidden);
        }
    }
}
