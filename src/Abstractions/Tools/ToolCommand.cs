namespace RegistryOperator.Abstractions.Tools;

/// <summary>One run of a tool.</summary>
public sealed record ToolCommand
{
    /// <summary>The default of <see cref="MaximumOutput"/>: 256 MiB.</summary>
    public const long DefaultMaximumOutput = 256 * 1024 * 1024;

    /// <summary>The executable's full path.</summary>
    public required string Executable { get; init; }

    /// <summary>The arguments, one entry each; visible to every user of the machine, so never a secret.</summary>
    public IReadOnlyList<string> Arguments { get; init; } = [];

    /// <summary>
    /// The tool's environment. Nothing else is inherited but what each tool needs to work: <c>PATH</c>, <c>HOME</c>, <c>TMPDIR</c>, the proxies,
    /// the certificates.
    /// </summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>(StringComparer.Ordinal);

    /// <summary>The host's variables with this prefix are passed on, e.g. <c>TRIVY_</c>; null for none. <see cref="Environment"/> wins over them.</summary>
    public string? InheritedPrefix { get; init; }

    /// <summary>Variables not passed on though <see cref="InheritedPrefix"/> fits: credentials, which are given for each call.</summary>
    public IReadOnlyList<string> NotInherited { get; init; } = [];

    /// <summary>What the tool reads from its standard input, such as a password; empty closes it at once.</summary>
    public ReadOnlyMemory<byte> Input { get; init; }

    /// <summary>Where the tool's standard output is written; null keeps it in <see cref="ToolResult.Output"/>, for output that is small.</summary>
    public string? OutputFile { get; init; }

    /// <summary>The largest standard output accepted, in bytes; a tool that writes more is ended.</summary>
    public long MaximumOutput { get; init; } = DefaultMaximumOutput;
}

/// <summary>How a tool ended.</summary>
/// <param name="ExitCode">0 by convention for success.</param>
/// <param name="Output">Standard output; empty where it went to a file.</param>
/// <param name="ErrorTail">The end of standard error, without colours, for messages.</param>
/// <param name="Duration">From start to end.</param>
/// <param name="PeakMemory">The tool's largest resident size in bytes, where the system tells it.</param>
public sealed record ToolResult(int ExitCode, string Output, string ErrorTail, TimeSpan Duration, long? PeakMemory);
