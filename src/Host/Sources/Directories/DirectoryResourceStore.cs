using System.Collections.Concurrent;
using System.Text.Json;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Host.Reconciliation;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Sources.Manifests;
using RegistryOperator.Host.Yaml;
using RegistryOperator.Kubernetes;

namespace RegistryOperator.Host.Sources.Directories;

/// <summary>The result of an update of the store.</summary>
/// <param name="Changed">The resources that are new, changed or gone.</param>
/// <param name="Problems">Statuses that could not be read or removed: the same update is to be made again later.</param>
internal sealed record DirectoryUpdate(IReadOnlyList<ResourceKey> Changed, IReadOnlyList<YamlProblem> Problems);

/// <summary>The resources and Secrets of a folder as last read, with their statuses beside them.</summary>
internal sealed class DirectoryResourceStore(string directory) : IResourceStore
{
    private readonly DirectoryStatusFiles _statuses = new(directory);
    private readonly ConcurrentDictionary<ResourceKey, RegistryResource> _resources = new();
    private ManifestSecrets _secrets = new([]);
    private bool _hasLookedForLeftovers;

    /// <summary>Updates the store to the folder's current content.</summary>
    public async Task<DirectoryUpdate> UpdateAsync(DirectoryContent content, CancellationToken cancellationToken)
    {
        Volatile.Write(ref _secrets, new ManifestSecrets(content.Secrets, content.ServiceAccounts));
        var changed = new List<ResourceKey>();
        var problems = new List<YamlProblem>();
        foreach (var resource in content.Registries)
        {
            var key = resource.Metadata.Key;
            var before = _resources.GetValueOrDefault(key);
            try
            {
                var now = await WithGenerationAsync(resource, before, cancellationToken);
                _resources[key] = now;
                var isNews = before is null || before.Metadata.Generation != now.Metadata.Generation
                    || RoundSchedule.ScanRequest(before) != RoundSchedule.ScanRequest(now);
                if (isNews) changed.Add(key);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                problems.Add(_statuses.ProblemOf(key, failure));
            }
        }

        var present = content.Registries.Select(resource => resource.Metadata.Key).ToHashSet();
        foreach (var key in _resources.Keys.Concat(FindLeftovers(content, problems)).Where(key => !present.Contains(key)).ToList())
        {
            _resources.TryRemove(key, out _);
            changed.Add(key);
            Delete(key, problems);
        }

        return new DirectoryUpdate(changed, problems);
    }

    public async Task<RegistryResource?> GetAsync(ResourceKey key, CancellationToken cancellationToken) =>
        _resources.TryGetValue(key, out var resource) ? resource with { Status = (await _statuses.ReadAsync(key, cancellationToken))?.Status } : null;

    public async Task<RegistryResource> ReplaceStatusAsync(RegistryResource resource, CancellationToken cancellationToken)
    {
        var key = resource.Metadata.Key;
        if (!_resources.TryGetValue(key, out var current) || current.Metadata.Generation != resource.Metadata.Generation)
            throw new StatusConflictException($"{key} has changed since it was read.");
        await _statuses.WriteAsync(resource, cancellationToken);
        return resource;
    }

    // Nothing can delay the deletion of a file, so every resource counts as having the finalizer.
    public Task<RegistryResource> AddFinalizerAsync(RegistryResource resource, CancellationToken cancellationToken) => Task.FromResult(resource);

    public Task RemoveFinalizerAsync(RegistryResource resource, CancellationToken cancellationToken) => Task.CompletedTask;

    public Task<CredentialSecret?> GetSecretAsync(string @namespace, string name, CancellationToken cancellationToken) =>
        Volatile.Read(ref _secrets).GetSecretAsync(@namespace, name, cancellationToken);

    public Task<IReadOnlyList<string>?> GetPullSecretsAsync(string @namespace, string serviceAccount, CancellationToken cancellationToken) =>
        Volatile.Read(ref _secrets).GetPullSecretsAsync(@namespace, serviceAccount, cancellationToken);

    /// <summary>Counts generations as the API server does; after a restart, from the status that was kept.</summary>
    private async Task<RegistryResource> WithGenerationAsync(RegistryResource resource, RegistryResource? before, CancellationToken cancellationToken)
    {
        var earlier = before ?? await _statuses.ReadAsync(resource.Metadata.Key, cancellationToken);
        var generation = earlier is null ? 1 : earlier.Metadata.Generation + (IsSameSpec(earlier, resource) ? 0 : 1);
        return resource with
        {
            Metadata = resource.Metadata with { Generation = generation, Finalizers = [RegistryGroup.Finalizer], DeletionTimestamp = null },
        };
    }

    private void Delete(ResourceKey key, List<YamlProblem> problems)
    {
        try
        {
            _statuses.Delete(key);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Otherwise a new resource of the same name would get its status: the next update retries the removal.
            _hasLookedForLeftovers = false;
            problems.Add(_statuses.ProblemOf(key, failure));
        }
    }

    /// <summary>Resources with a status file but no manifest, looked for once: they were deleted while the operator was not running.</summary>
    private IReadOnlyList<ResourceKey> FindLeftovers(DirectoryContent content, List<YamlProblem> problems)
    {
        // A file that could not be read may contain the resource: an error in it does not delete the resource.
        if (_hasLookedForLeftovers || !content.IsComplete || content.Problems.Count > 0) return [];
        try
        {
            var leftovers = _statuses.List().Where(key => !_resources.ContainsKey(key)).ToList();
            _hasLookedForLeftovers = true;
            return leftovers;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            problems.Add(_statuses.ProblemOf(failure));
            return [];
        }
    }

    private static bool IsSameSpec(RegistryResource left, RegistryResource right) =>
        JsonSerializer.SerializeToUtf8Bytes(left.Spec, RegistryJson.Spec)
            .AsSpan().SequenceEqual(JsonSerializer.SerializeToUtf8Bytes(right.Spec, RegistryJson.Spec));
}
