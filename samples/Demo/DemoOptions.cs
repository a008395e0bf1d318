namespace RegistryOperator.Demo;

/// <summary>What the command line asks for.</summary>
/// <param name="Serve">True keeps the registry up until it is interrupted; no command is run.</param>
/// <param name="Command">The command to run, <see cref="FilePlaceholder"/> standing for the resource's file.</param>
internal sealed record DemoOptions(bool Serve, IReadOnlyList<string> Command)
{
    public const string FilePlaceholder = "{file}";

    public const string Usage =
        """
        Usage: RegistryOperator.Demo [--serve | -- COMMAND ARGUMENT...]

        Fills a registry on 127.0.0.1 with sample images and runs a command on a Registry resource that describes it; {file} in an
        argument is replaced by the resource's path. Without a command: registry-operator scan -f {file}.

          --serve   keeps the registry up until Ctrl-C and runs nothing
        """;

    private static readonly string DefaultProgram = Path.Combine("artifacts", "registry-operator", "registry-operator");

    /// <summary>Reads the arguments; null where they make no sense.</summary>
    public static DemoOptions? Parse(string[] arguments) => arguments switch
    {
        [] or ["--"] => new DemoOptions(Serve: false, [DefaultProgram, "scan", "-f", FilePlaceholder]),
        ["--serve"] => new DemoOptions(Serve: true, []),
        ["--", .. var command] => new DemoOptions(Serve: false, command),
        [['-', ..], ..] => null,
        // `dotnet run --` has already taken the separator.
        _ => new DemoOptions(Serve: false, arguments),
    };
}
