using System.Globalization;
using RegistryOperator.Abstractions.Authentication;
using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Tests.Servers.Registries;

/// <summary>How a <see cref="ReferrersRegistry"/> behaves.</summary>
public sealed record ReferrersRegistryOptions
{
    /// <summary>The most tags that a client may ask for at once; more is refused (400). Null for no bound. A client that does not ask gets all.</summary>
    public int? MaximumPageSize { get; init; }

    /// <summary>The only user let in, by Basic authentication; null lets everyone in.</summary>
    public RegistryCredential.UsernamePassword? User { get; init; }
}

/// <summary>
/// A registry with a full Referrers API (<c>regc2</c>, over CUE's <c>ociserver</c>), on 127.0.0.1 and in memory: an implementation that
/// shares no code with the product or its test kit.
/// </summary>
public sealed class ReferrersRegistry : IAsyncDisposable
{
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(20);

    private readonly TemporaryFolder _folder;
    private readonly ServerProcess _process;

    private ReferrersRegistry(TemporaryFolder folder, ServerProcess process, Uri url)
    {
        _folder = folder;
        _process = process;
        Url = url;
    }

    /// <summary>The registry's URL.</summary>
    public Uri Url { get; }

    /// <summary>Starts a registry that lets everyone in and has no pages.</summary>
    public static Task<ReferrersRegistry> StartAsync(CancellationToken cancellationToken) => StartAsync(new ReferrersRegistryOptions(), cancellationToken);

    /// <summary>Starts a registry.</summary>
    public static async Task<ReferrersRegistry> StartAsync(ReferrersRegistryOptions options, CancellationToken cancellationToken)
    {
        var port = FreePort.Find();
        List<string> arguments = ["-addr", $"127.0.0.1:{port}"];
        if (options.MaximumPageSize is { } size) arguments.AddRange(["-page", size.ToString(CultureInfo.InvariantCulture)]);
        // The password of a test, made up by it: regc2 takes it in no other way.
        if (options.User is { } user) arguments.AddRange(["-basic", $"{user.Username}:{user.Password}"]);

        var program = ServerBinaries.Find("regc2");
        var folder = new TemporaryFolder("regc2");
        var process = await ServerProcess.StartAsync(new ServerProcessOptions(program, arguments, folder.File("registry.log")));
        var registry = new ReferrersRegistry(folder, process, new Uri($"http://127.0.0.1:{port}"));
        try
        {
            await process.WaitUntilReadyAsync(registry.AnswersAsync, StartDeadline, cancellationToken);
            return registry;
        }
        catch
        {
            await registry.DisposeAsync();
            throw;
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        _folder.Dispose();
    }

    private async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        using var http = new HttpClient();
        using var answer = await http.GetAsync(new Uri(Url, "/v2/"), cancellationToken);
        return true;
    }
}
