using System.Collections.Concurrent;
using Microsoft.AspNetCore.Http;

namespace RegistryOperator.Testing.Registries;

/// <summary>One request that a registry answered.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path, without the query.</param>
/// <param name="Query">Query, with its question mark; empty for none.</param>
/// <param name="Status">HTTP status; 0 where the connection ended without an answer.</param>
/// <param name="Headers">The request's headers. Of <c>Authorization</c> only the scheme is kept.</param>
public sealed record RecordedRequest(string Method, string Path, string Query, int Status, IReadOnlyDictionary<string, string> Headers)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Path}{Query} -> {Status}";
}

/// <summary>What a registry was asked, in the order of its answers. A request is in it before the client sees the answer.</summary>
public sealed class RequestLog
{
    private readonly ConcurrentQueue<RecordedRequest> _requests = new();
    private int _received;

    /// <summary>Requests received, those still being answered among them.</summary>
    public int Count => Volatile.Read(ref _received);

    /// <summary>The requests answered so far.</summary>
    public IReadOnlyList<RecordedRequest> Requests => [.. _requests];

    /// <summary>Forgets everything.</summary>
    public void Clear()
    {
        _requests.Clear();
        Volatile.Write(ref _received, 0);
    }

    internal async Task RecordAsync(HttpContext context, Func<Task> answer)
    {
        Interlocked.Increment(ref _received);
        var recorded = 0;
        // When the answer starts and not when it has ended: a test looks at the log as soon as its client returns.
        context.Response.OnStarting(() =>
        {
            Record(context.Response.StatusCode);
            return Task.CompletedTask;
        });
        try
        {
            await answer();
        }
        finally
        {
            if (!context.Response.HasStarted && context.RequestAborted.IsCancellationRequested) Record(status: 0);
        }

        void Record(int status)
        {
            if (Interlocked.Exchange(ref recorded, 1) == 0) _requests.Enqueue(Describe(context.Request, status));
        }
    }

    private static RecordedRequest Describe(HttpRequest request, int status)
    {
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, values) in request.Headers)
            headers[name] = string.Equals(name, "Authorization", StringComparison.OrdinalIgnoreCase) ? values.ToString().Split(' ')[0] : values.ToString();
        return new RecordedRequest(request.Method, request.Path, request.QueryString.ToString(), status, headers);
    }
}
