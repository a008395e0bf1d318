using System.ComponentModel;
using System.Diagnostics;
using System.Runtime.InteropServices;
using RegistryOperator.Demo;
using RegistryOperator.Testing.Registries;

// The exit codes of shells, for a command that can't be started and a command line that makes no sense.
const int CannotStart = 127;
const int WrongUsage = 2;

if (DemoOptions.Parse(args) is not { } options)
{
    await Console.Error.WriteLineAsync(DemoOptions.Usage);
    return WrongUsage;
}

// Neither signal ends this process at once: the registry and its folder are cleaned up below.
var interrupted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
var terminated = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
using var interrupt = Catch(PosixSignal.SIGINT, interrupted);
using var terminate = Catch(PosixSignal.SIGTERM, terminated);

await using var registry = await InMemoryRegistry.StartAsync(CancellationToken.None);
registry.Add(ShopImages.Repository, ShopImages.All());
var folder = Directory.CreateTempSubdirectory("registry-operator-demo-");
try
{
    var file = Path.Combine(folder.FullName, "registry.yaml");
    await WriteResourceAsync(file);
    if (options.Serve)
    {
        Console.WriteLine($"Registry: {registry.Url}  Resource: {file}  (Ctrl-C ends)");
        await Task.WhenAny(interrupted.Task, terminated.Task);
        return 0;
    }

    Console.WriteLine(
        $"A registry with the sample repository {registry.Repository(ShopImages.Repository)} ({ShopImages.All().Count()} tags) is up; scanning it:");
    return await RunAsync([.. options.Command.Select(part => part.Replace(DemoOptions.FilePlaceholder, file, StringComparison.Ordinal))]);
}
finally
{
    folder.Delete(recursive: true);
}

static PosixSignalRegistration Catch(PosixSignal signal, TaskCompletionSource caught) => PosixSignalRegistration.Create(signal, context =>
{
    context.Cancel = true;
    caught.TrySetResult();
});

async Task WriteResourceAsync(string file)
{
    using var reader = new StreamReader(typeof(ShopImages).Assembly.GetManifestResourceStream("registry.yaml")!);
    var resource = await reader.ReadToEndAsync();
    await File.WriteAllTextAsync(file, resource.Replace("{url}", registry.Url.GetLeftPart(UriPartial.Authority), StringComparison.Ordinal)
        .Replace("registry.example.com", registry.Url.Authority, StringComparison.Ordinal));
}

async Task<int> RunAsync(string[] command)
{
    try
    {
        using var process = Process.Start(new ProcessStartInfo(command[0], command[1..]) { UseShellExecute = false })!;
        var exit = process.WaitForExitAsync();
        // Ctrl-C reaches the command itself, which shares the terminal and ends in its own way; a SIGTERM comes to this process alone.
        if (await Task.WhenAny(exit, terminated.Task) == terminated.Task) process.Kill(entireProcessTree: true);
        await exit;
        return process.ExitCode;
    }
    catch (Win32Exception error)
    {
        await Console.Error.WriteLineAsync($"'{command[0]}' can't be started: {error.Message}. Build it first, or name another command after --.");
        return CannotStart;
    }
}
