using System.Text.Json.Nodes;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Kubernetes.Client;

/// <summary>
/// Sets and removes finalizers without touching those of others
/// (<see href="https://kubernetes.io/docs/concepts/overview/working-with-objects/finalizers/"/>).
/// </summary>
public static class Finalizers
{
    // Each attempt starts from a fresh read, so only as many writers as this at the same moment can exhaust them.
    private const int Attempts = 5;

    /// <summary>Adds a finalizer. Returns the resource as it is now; null where it is gone or being deleted, when none may be added any more.</summary>
    /// <exception cref="KubernetesApiException">The server refused.</exception>
    public static Task<T?> AddFinalizerAsync<T>(this ResourceClient<T> client, T resource, string finalizer, CancellationToken cancellationToken)
        where T : class, IKubernetesResource =>
        ChangeAsync(client, resource, metadata => AddPatch(metadata, finalizer), refuseDeleted: true, cancellationToken);

    /// <summary>Removes a finalizer. Returns the resource as it is now; null where it is gone, which removing the last finalizer may have caused.</summary>
    /// <exception cref="KubernetesApiException">The server refused.</exception>
    public static Task<T?> RemoveFinalizerAsync<T>(this ResourceClient<T> client, T resource, string finalizer, CancellationToken cancellationToken)
        where T : class, IKubernetesResource =>
        ChangeAsync(client, resource, metadata => RemovePatch(metadata, finalizer), refuseDeleted: false, cancellationToken);

    private static async Task<T?> ChangeAsync<T>(
        ResourceClient<T> client, T resource, Func<ObjectMeta, Patch?> patchFor, bool refuseDeleted, CancellationToken cancellationToken)
        where T : class, IKubernetesResource
    {
        var key = resource.Metadata.Key;
        var uid = resource.Metadata.Uid;
        T? current = resource;
        for (var attempt = 1; ; attempt++)
        {
            // Another resource of the same name is not the one that was meant.
            if (current is null || current.Metadata.Uid != uid || (refuseDeleted && current.Metadata.IsBeingDeleted))
                return null;
            if (patchFor(current.Metadata) is not { } patch) return current;

            try
            {
                return await client.PatchAsync(key, patch, cancellationToken);
            }
            catch (KubernetesApiException e) when (e.IsNotFound && !e.IsSchemaMissing)
            {
                return null;
            }
            catch (KubernetesApiException e) when ((e.IsConflict || e.IsInvalid) && attempt < Attempts)
            {
                current = await client.GetAsync(key, cancellationToken);
            }
        }
    }

    // The list is replaced whole, hence the resource version: a finalizer added meanwhile must not be lost.
    private static Patch? AddPatch(ObjectMeta metadata, string finalizer)
    {
        var finalizers = metadata.Finalizers ?? [];
        if (finalizers.Contains(finalizer)) return null;
        return Patch.Merge(new JsonObject
        {
            ["metadata"] = new JsonObject
            {
                ["resourceVersion"] = metadata.ResourceVersion,
                ["finalizers"] = new JsonArray([.. finalizers.Append(finalizer).Select(name => (JsonNode)name)]),
            },
        });
    }

    // By position, tested: it does not conflict with writes to other fields, which a resource being cleaned up still gets.
    private static Patch? RemovePatch(ObjectMeta metadata, string finalizer)
    {
        var index = metadata.Finalizers?.ToList().IndexOf(finalizer) ?? -1;
        if (index < 0) return null;
        var path = $"/metadata/finalizers/{index}";
        return Patch.Operations(
            new JsonObject { ["op"] = "test", ["path"] = "/metadata/uid", ["value"] = metadata.Uid },
            new JsonObject { ["op"] = "test", ["path"] = path, ["value"] = finalizer },
            new JsonObject { ["op"] = "remove", ["path"] = path });
    }
}
