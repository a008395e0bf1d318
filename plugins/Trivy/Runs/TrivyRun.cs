using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Plugins.Trivy.Options;

namespace RegistryOperator.Plugins.Trivy.Runs;

/// <summary>One run of Trivy.</summary>
internal sealed record TrivyRun
{
    /// <summary>The arguments, without a secret.</summary>
    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>Variables of this run, with the credential.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The run's private folder, current folder and place for temporary files; null for a run that writes none.</summary>
    public IToolFolder? Folder { get; init; }

    /// <summary>Name of the file in <see cref="Folder"/> that standard output goes to; null keeps it in memory.</summary>
    public string? OutputFile { get; init; }

    /// <summary>True for a run that opens the cache of layers.</summary>
    public bool OpensCache { get; init; }

    /// <summary>The command.</summary>
    public ToolCommand ToCommand(string executable, TrivyOptions options) => new()
    {
        Executable = executable,
        Arguments = Arguments,
        Environment = TrivyEnvironment.ForRun(this, options),
        InheritedPrefix = TrivyVariables.Prefix,
        NotInherited = TrivyVariables.NotInherited,
        OutputFile = this is { Folder: { } folder, OutputFile: { } file } ? Path.Combine(folder.Path, file) : null,
        MaximumOutput = options.MaximumOutputBytes,
    };
}
