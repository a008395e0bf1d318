using System.Net.Http.Json;
using RegistryOperator.Plugins.Trivy.Options;

namespace RegistryOperator.Plugins.Trivy.Versions;

/// <summary>Asks a Trivy server for its version and that of its database. An answer is used for a few seconds.</summary>
internal sealed class TrivyServer : IDisposable
{
    private static readonly TimeSpan AnswerLife = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);
    private const int LargestAnswer = 64 * 1024;

    private readonly SemaphoreSlim _asking = new(1);
    private readonly HttpClient _http;
    private readonly TimeProvider _time;
    private readonly Uri _url;
    private (long At, ServerVersion? Version, string? Reason)? _last;

    public TrivyServer(Uri url, TimeProvider time, HttpMessageHandler? handler = null)
    {
        // The client takes the URL with any path before /twirp, as behind a proxy.
        _url = new Uri(url.GetLeftPart(UriPartial.Path).TrimEnd('/') + "/version");
        _time = time;
        _http = new HttpClient(handler ?? new SocketsHttpHandler()) { Timeout = Timeout.InfiniteTimeSpan, MaxResponseContentBufferSize = LargestAnswer };
    }

    /// <summary>Reads the server's versions; a reason for the user where it does not tell.</summary>
    public async Task<(ServerVersion? Version, string? Reason)> ReadAsync(CancellationToken cancellationToken)
    {
        await _asking.WaitAsync(cancellationToken);
        try
        {
            if (_last is { } last && _time.GetElapsedTime(last.At) < AnswerLife) return (last.Version, last.Reason);
            var (version, reason) = await AskAsync(cancellationToken);
            _last = (_time.GetTimestamp(), version, reason);
            return (version, reason);
        }
        finally
        {
            _asking.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _http.Dispose();
        _asking.Dispose();
    }

    private async Task<(ServerVersion? Version, string? Reason)> AskAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, _time);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            // No token: the server tells its version to everyone.
            using var answer = await _http.GetAsync(_url, ending.Token);
            if (!answer.IsSuccessStatusCode) return Failed($"answers {(int)answer.StatusCode} instead of its version");
            var version = await answer.Content.ReadFromJsonAsync(ServerVersionJson.Default.ServerVersion, ending.Token);
            return version?.Version is null ? Failed("does not tell its version") : (version, null);
        }
        catch (Exception exception)
        {
            // Cancelled requests throw exceptions of several types.
            cancellationToken.ThrowIfCancellationRequested();
            if (limit.IsCancellationRequested) return Failed($"does not answer within {Limit.TotalSeconds:0} seconds");
            return Failed(exception is HttpRequestException
                ? $"cannot be reached ({exception.Message})"
                : "answers something else than a Trivy server's version");
        }
    }

    private (ServerVersion? Version, string? Reason) Failed(string what) =>
        (null, $"The Trivy server {what}: {_url} is asked, from {TrivyOptions.Section}:Server. Start `trivy server`, or correct the URL.");
}
