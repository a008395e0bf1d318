using RegistryOperator.Tests.Servers.Processes;

namespace RegistryOperator.Tests.Servers.Tools;

/// <summary>
/// Runs <c>crane</c> or <c>oras</c> with a configuration folder of its own: the user's logins are neither used nor changed.
/// </summary>
public sealed class RegistryTool : IDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly string _program;
    private readonly Dictionary<string, string> _environment;

    private RegistryTool(string name)
    {
        _program = ServerBinaries.Find(name);
        _folder = new TemporaryFolder(name);
        _environment = new Dictionary<string, string>(StringComparer.Ordinal) { ["DOCKER_CONFIG"] = _folder.Path, ["HOME"] = _folder.Path };
    }

    /// <summary>True where crane is installed; it comes from a moving source.</summary>
    public static bool HasCrane => ServerBinaries.Has("crane");

    /// <summary>Makes a runner of crane.</summary>
    public static RegistryTool Crane() => new("crane");

    /// <summary>Makes a runner of oras.</summary>
    public static RegistryTool Oras() => new("oras");

    /// <summary>Runs the tool.</summary>
    /// <exception cref="InvalidOperationException">It failed.</exception>
    public async Task<ToolResult> RunAsync(IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        (await Tool.RunAsync(_program, arguments, environment: _environment, cancellationToken: cancellationToken)).EnsureSuccess();

    /// <summary>Logs in; the password goes through standard input.</summary>
    public async Task LoginAsync(Uri registry, string username, string password, CancellationToken cancellationToken)
    {
        string[] arguments = Path.GetFileName(_program) == "crane"
            ? ["auth", "login", registry.Authority, "-u", username, "--password-stdin"]
            :
            [
                "login", registry.Authority, "-u", username, "--password-stdin",
                .. registry.Scheme == Uri.UriSchemeHttp ? ["--plain-http"] : Array.Empty<string>(),
            ];
        var result = await Tool.RunAsync(_program, arguments, input: password, environment: _environment, cancellationToken: cancellationToken);
        result.EnsureSuccess();
    }

    /// <inheritdoc/>
    public void Dispose() => _folder.Dispose();
}
