using Microsoft.Extensions.Logging.Abstractions;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Host.Files;
using RegistryOperator.Host.Tools;
using RegistryOperator.Tests.Servers.Processes;
using ToolResult = RegistryOperator.Abstractions.Tools.ToolResult;

namespace RegistryOperator.Host.Tests.Tools;

/// <summary>A folder in which a test writes its tools, as scripts, and a runner for a plugin of that folder.</summary>
internal sealed class ScriptedTool : IDisposable
{
    private readonly TemporaryFolder _folder = new("tools");

    public ScriptedTool() => Runner = new ToolRunner(_folder.Path, PathTrust.Strict, TimeProvider.System, NullLogger<ToolRunner>.Instance);

    public ToolRunner Runner { get; }

    public string Folder => _folder.Path;

    public string File(string name) => _folder.File(name);

    /// <summary>Writes a script that can be executed.</summary>
    public string Write(string name, string script)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The tools are scripts for Linux's shell.");
        var path = _folder.Write(name, "#!/bin/sh\n" + script + "\n");
        if (!OperatingSystem.IsWindows()) System.IO.File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return path;
    }

    /// <summary>A command that runs a script.</summary>
    public ToolCommand Command(string script, params string[] arguments) => new() { Executable = Write("tool", script), Arguments = arguments };

    /// <summary>Runs a script.</summary>
    public Task<ToolResult> RunAsync(string script, params string[] arguments) =>
        Runner.RunAsync(Command(script, arguments), TestContext.Current.CancellationToken);

    public void Dispose() => _folder.Dispose();
}
