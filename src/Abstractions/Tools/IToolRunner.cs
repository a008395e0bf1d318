using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Abstractions.Tools;

/// <summary>
/// Runs a scanner's tool as a process of its own: no shell, a clean environment, limited output, and an end to the whole process tree when
/// cancelled. The host gives each plugin one through its services.
/// </summary>
public interface IToolRunner
{
    /// <summary>The full path of a tool, or null where it is not found: the path configured, else <c>PATH</c>, else the plugin's own folder.</summary>
    /// <param name="name">The file name, e.g. <c>trivy</c>.</param>
    /// <param name="configured">A path from the plugin's options; where given, no other place is searched.</param>
    string? Find(string name, string? configured = null);

    /// <summary>Makes a private folder (mode 0700) for one run's files, removed with its content when disposed.</summary>
    IToolFolder CreateFolder();

    /// <summary>Runs the tool to its end. An exit code other than 0 does not throw: its meaning depends on the tool.</summary>
    /// <exception cref="ScanException">The tool can't be started (<see cref="ScanReasons.ScannerUnavailable"/>) or writes more than allowed
    /// (<see cref="ScanReasons.TooLarge"/>).</exception>
    /// <exception cref="OperationCanceledException">Cancelled; the tool and its children are gone.</exception>
    Task<ToolResult> RunAsync(ToolCommand command, CancellationToken cancellationToken);
}

/// <summary>A private folder for the files of one run.</summary>
public interface IToolFolder : IAsyncDisposable
{
    /// <summary>The full path.</summary>
    string Path { get; }

    /// <summary>The most bytes that a run may write here: a tool that writes more is ended, with <see cref="ScanReasons.TooLarge"/>. An image whose layers
    /// are larger need not be tried.</summary>
    long MaximumSize => long.MaxValue;

    /// <summary>Writes a file that only this user can read (mode 0600).</summary>
    /// <returns>Its full path.</returns>
    Task<string> WriteFileAsync(string name, ReadOnlyMemory<byte> content, CancellationToken cancellationToken);
}
