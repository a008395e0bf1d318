using System.Globalization;
using System.Text.Json;
using RegistryOperator.Kubernetes.Resources;

namespace RegistryOperator.Kubernetes.Client;

/// <summary>
/// Lists a collection in pages
/// (<see href="https://kubernetes.io/docs/reference/using-api/api-concepts/#retrieving-large-results-sets-in-chunks"/>).
/// </summary>
internal sealed class ResourceLister<T>(ApiTransport transport, ResourceParser<T> parser, ResourceType<T> type, string operation)
    where T : class, IKubernetesResource
{
    private const int PageSize = 500;

    // A collection that changes faster than it can be listed: more restarts would only add to the server's load.
    private const int Restarts = 5;

    /// <summary>Lists the collection whole.</summary>
    public async Task<ResourceList<T>> ListAsync(string? ns, Func<T, T>? transform, CancellationToken cancellationToken)
    {
        for (var restart = 0; ; restart++)
        {
            try
            {
                return await ListOnceAsync(ns, transform, cancellationToken);
            }
            catch (KubernetesApiException e) when (e.IsGone && restart < Restarts)
            {
                // The continue token outlived the server's history: only a list from the start is consistent.
            }
        }
    }

    private async Task<ResourceList<T>> ListOnceAsync(string? ns, Func<T, T>? transform, CancellationToken cancellationToken)
    {
        List<T> items = [];
        List<MalformedResource> malformed = [];
        var limit = PageSize;
        string? next = null;
        while (true)
        {
            PartialMetadata page;
            try
            {
                using var answer = await transport.SendAsync(new ApiRequest(HttpMethod.Get, PagePath(ns, limit, next), operation), cancellationToken);
                page = parser.ReadPage(answer.Memory, item => items.Add(transform is null ? item : transform(item)), malformed.Add);
            }
            catch (AnswerTooLargeException) when (limit > 1)
            {
                // Few large objects instead of many small ones: the same page again, in smaller pieces.
                limit = Math.Max(1, limit / 8);
                continue;
            }
            catch (Exception e) when (e is JsonException or AnswerTooLargeException)
            {
                throw KubernetesApiException.InvalidAnswer(operation, e is JsonException ? $"is not readable: {e.Message}" : e.Message, e);
            }

            next = page.Continue;
            if (string.IsNullOrEmpty(next)) return new ResourceList<T>(items, page.ResourceVersion ?? "", malformed);
        }
    }

    private string PagePath(string? ns, int limit, string? next)
    {
        var path = string.Create(CultureInfo.InvariantCulture, $"{type.CollectionPath(ns)}?limit={limit}");
        return string.IsNullOrEmpty(next) ? path : $"{path}&continue={Uri.EscapeDataString(next)}";
    }
}
