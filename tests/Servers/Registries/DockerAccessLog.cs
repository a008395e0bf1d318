using System.Globalization;
using System.Text.RegularExpressions;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Tests.Servers.Registries;

/// <summary>One request of an access log.</summary>
/// <param name="Method">HTTP method.</param>
/// <param name="Path">Path and query.</param>
/// <param name="Status">HTTP status.</param>
public sealed record LoggedRequest(string Method, string Path, int Status)
{
    /// <inheritdoc/>
    public override string ToString() => $"{Method} {Path} -> {Status}";
}

/// <summary>Reads a <c>docker-registry</c>'s access log, in Apache's combined format.</summary>
public sealed partial class DockerAccessLog
{
    // A path of no API: whatever the registry answers is logged, and no client under test asks for it.
    private const string MarkerPath = "/marker/";
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(10);

    private readonly string _file;
    private readonly HttpClient _http;
    private readonly Uri _registry;
    private int _skip;

    internal DockerAccessLog(string file, HttpClient http, Uri registry)
    {
        _file = file;
        _http = http;
        _registry = registry;
    }

    /// <summary>
    /// The requests answered until now and since the last <see cref="ClearAsync"/>. A marker is requested and waited for, so that
    /// everything before it has been written.
    /// </summary>
    public async Task<IReadOnlyList<LoggedRequest>> ReadAsync(CancellationToken cancellationToken) => [.. (await ReadAllAsync(cancellationToken)).Skip(_skip)];

    /// <summary>Forgets the requests answered until now.</summary>
    public async Task ClearAsync(CancellationToken cancellationToken) => _skip = (await ReadAllAsync(cancellationToken)).Count;

    // The registry writes a line after it has answered: one of another connection may come after the first marker's.
    private async Task<IReadOnlyList<LoggedRequest>> ReadAllAsync(CancellationToken cancellationToken)
    {
        await ReadToMarkerAsync(cancellationToken);
        return await ReadToMarkerAsync(cancellationToken);
    }

    private async Task<IReadOnlyList<LoggedRequest>> ReadToMarkerAsync(CancellationToken cancellationToken)
    {
        var marker = MarkerPath + Guid.NewGuid().ToString("N");
        using (await _http.GetAsync(new Uri(_registry, marker), cancellationToken))
        {
        }

        var text = "";
        await Wait.UntilAsync(
            "the marker is in the access log",
            async token =>
            {
                using var reader = new StreamReader(new FileStream(_file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
                text = await reader.ReadToEndAsync(token);
                return text.Contains(marker, StringComparison.Ordinal);
            },
            Deadline,
            cancellationToken);
        return [.. LinePattern().Matches(text).Select(Parse).Where(request => !request.Path.StartsWith(MarkerPath, StringComparison.Ordinal))];
    }

    private static LoggedRequest Parse(Match match) => new(
        match.Groups["method"].Value, match.Groups["path"].Value, int.Parse(match.Groups["status"].Value, CultureInfo.InvariantCulture));

    [GeneratedRegex("\\] \"(?<method>[A-Z]+) (?<path>[^ ]+) HTTP/[0-9.]+\" (?<status>[0-9]+) ", RegexOptions.ExplicitCapture | RegexOptions.NonBacktracking)]
    private static partial Regex LinePattern();
}
