using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Plugins.Trivy.Options;

namespace RegistryOperator.Plugins.Trivy.Running;

/// <summary>One run of Trivy.</summary>
internal sealed record TrivyCall
{
    /// <summary>The arguments, without a secret.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Variables of this run.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The run's private folder, current folder and place for temporary files; null for a run that writes none.</summary>
    public IToolFolder? Folder { get; init; }

    /// <summary>Name of the file in <see cref="Folder"/> that standard output goes to; null keeps it in memory.</summary>
    public string? OutputFile { get; init; }

    /// <summary>True for a run that opens the cache of layers.</summary>
    public bool OpensCache { get; init; }
}

/// <summary>The executable, and what is the same in every run of it.</summary>
internal sealed class TrivyTool(IToolRunner tools, TrivyOptions options) : IDisposable
{
    /// <summary>The executable's name.</summary>
    public const string FileName = "trivy";

    /// <summary>What a user reads who has none.</summary>
    public const string NotInstalled = $"Trivy is not installed: put `trivy` on the PATH, or set {TrivyOptions.Section}:Path. https://trivy.dev";

    // The cache in files is locked by the process that has it open, and others give up after a few seconds.
    private readonly SemaphoreSlim? _cacheGate = options.CacheBackend == TrivyOptions.FileCache ? new SemaphoreSlim(1) : null;

    /// <summary>The executable's full path; null where it is not installed.</summary>
    public string? Find() => tools.Find(FileName, options.Path);

    /// <summary>Makes a private folder for one scan.</summary>
    public IToolFolder CreateFolder() => tools.CreateFolder();

    /// <summary>Runs Trivy to its end; a failure of Trivy is in the result.</summary>
    /// <exception cref="ScanException">It is not installed, can't be started, or writes more than allowed.</exception>
    public async Task<ToolResult> RunAsync(TrivyCall call, CancellationToken cancellationToken)
    {
        var command = new ToolCommand
        {
            Executable = Find() ?? throw new ScanException(ScanReasons.ScannerUnavailable, NotInstalled),
            Arguments = call.Arguments,
            Environment = CreateEnvironment(call),
            InheritedPrefix = TrivyVariables.Prefix,
            NotInherited = TrivyVariables.NotInherited,
            OutputFile = call is { Folder: { } folder, OutputFile: { } file } ? Path.Combine(folder.Path, file) : null,
            MaximumOutput = options.MaximumOutputBytes,
        };
        var gate = call.OpensCache ? _cacheGate : null;
        if (gate is not null) await gate.WaitAsync(cancellationToken);
        try
        {
            return await tools.RunAsync(command, cancellationToken);
        }
        finally
        {
            gate?.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _cacheGate?.Dispose();

    private Dictionary<string, string> CreateEnvironment(TrivyCall call)
    {
        // Variables rather than arguments: a Trivy too old to know one of them ignores it.
        var environment = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [TrivyVariables.SkipVersionCheck] = TrivyVariables.True,
            [TrivyVariables.DisableTelemetry] = TrivyVariables.True,
            [TrivyVariables.CacheBackend] = options.CacheBackend,
        };
        // Trivy then also finds no trivy.yaml and no .trivyignore that happen to lie in the operator's current folder.
        if (call.Folder is { } folder) environment[TrivyVariables.TemporaryDirectory] = folder.Path;
        if (options is { Server: not null, Token: { } token }) environment[TrivyVariables.Token] = token;
        foreach (var (name, value) in call.Environment) environment[name] = value;
        return environment;
    }
}
