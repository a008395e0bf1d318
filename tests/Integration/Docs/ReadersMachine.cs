using System.Text;
using RegistryOperator.Integration.Tests.Support;
using RegistryOperator.Tests.Servers;
using RegistryOperator.Tests.Servers.Processes;
using RegistryOperator.Tests.Servers.Tools;

namespace RegistryOperator.Integration.Tests.Docs;

/// <summary>
/// What a reader of the documents has: the product on the PATH, Trivy with a database, Syft, and the demo's registry, which the documents call
/// <c>127.0.0.1:5000</c>. Each document is read in a home folder of its own, where <c>registry.yaml</c> is the demo's resource.
/// </summary>
public sealed class ReadersMachine : IAsyncLifetime
{
    /// <summary>How documents call the registry.</summary>
    private const string RegistryInDocuments = "127.0.0.1:5000";

    /// <summary>Servers that documents start: the operator's and Trivy's. Each is given a free port.</summary>
    private static readonly string[] ServersInDocuments = ["127.0.0.1:8080", "127.0.0.1:4954"];

    /// <summary>How documents call the reader's home and the product's folder.</summary>
    private const string HomeInDocuments = "/home/me";
    private const string ProductInDocuments = "/opt/registry-operator";

    private const string ReportFolder = ".local/share/registry-operator";
    private static readonly string[] Tools = ["trivy", "syft", "mkdb"];
    private static readonly TimeSpan StartDeadline = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan DocumentDeadline = TimeSpan.FromMinutes(5);
    private readonly TemporaryFolder _folder = new("documents");
    private ServerProcess? _demo;
    private string _resource = "";

    /// <summary>The registry's host and port.</summary>
    internal string Registry { get; private set; } = "";

    /// <summary>Why the commands of documents can't be tried here; null where they can.</summary>
    internal static string? Missing => Array.Find(Tools, tool => !ServerBinaries.Has(tool)) switch
    {
        null => null,
        "syft" => SyftFactAttribute.Missing,
        var tool => $"{tool} could not be installed here (tests/Servers/install/build.sh says why).",
    };

    private static string DemoProgram => Path.Combine(Product.RepositoryRoot, "artifacts", "bin", "RegistryOperator.Demo", "release", "RegistryOperator.Demo");

    private static string SamplePlugin => Path.Combine(Product.RepositoryRoot, "artifacts", "bin", "LicensePolicyScanner", "release");

    public async ValueTask InitializeAsync()
    {
        if (!File.Exists(DemoProgram) || !Directory.Exists(SamplePlugin))
        {
            throw new InvalidOperationException("The documents use the samples, which are not built: " +
                "dotnet build samples/Demo -c Release && dotnet build samples/LicensePolicyScanner -c Release");
        }

        var log = _folder.File("demo.log");
        _demo = await ServerProcess.StartAsync(new ServerProcessOptions(DemoProgram, ["--serve"], log));
        await _demo.WaitUntilReadyAsync(
            _ => Task.FromResult(ReadLog(log).Contains("(Ctrl-C ends)", StringComparison.Ordinal)), StartDeadline, TestContext.Current.CancellationToken);
        var words = ReadLog(log).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        Registry = new Uri(words[1]).Authority;
        if (Missing is not null) return;
        _resource = await File.ReadAllTextAsync(words[3], TestContext.Current.CancellationToken);
        await TrivyDatabase.MakeAsync(
            _folder.File("trivy"),
            Directory.GetFiles(Path.Combine(Product.RepositoryRoot, "samples", "Demo", "advisories"), "*.yaml"),
            TestContext.Current.CancellationToken);

        // The images are the same in all documents: scanned once, they cost the scans of each document next to nothing.
        using var home = new TemporaryFolder("home");
        Prepare(home);
        (await Tool.RunAsync(
            Product.Executable,
            ["scan", "-f", home.File("registry.yaml")],
            environment: EnvironmentOf(home),
            deadline: DocumentDeadline,
            cancellationToken: TestContext.Current.CancellationToken)).EnsureSuccess();
        Copy(home.File(ReportFolder), _folder.File("reports"));
    }

    public async ValueTask DisposeAsync()
    {
        if (_demo is not null)
        {
            // It removes its own files where it is asked to end.
            await _demo.StopAsync(TimeSpan.FromSeconds(5));
            await _demo.DisposeAsync();
        }

        _folder.Dispose();
    }

    /// <summary>Does what a document says, in its order, in one shell.</summary>
    /// <returns>What is not as the document says.</returns>
    internal async Task<IReadOnlyList<string>> FollowAsync(MarkdownDocument document, CancellationToken cancellationToken)
    {
        using var home = new TemporaryFolder("home");
        using var outputs = new TemporaryFolder("outputs");
        Prepare(home);
        var script = new StringBuilder("cd \"$HOME\"\n");
        var commands = new List<DocumentedCommand>();
        var addresses = ServersInDocuments.ToDictionary(server => server, _ => $"127.0.0.1:{FreePort.Find()}", StringComparer.Ordinal);
        addresses[RegistryInDocuments] = Registry;
        foreach (var block in document.Blocks.Where(block => block.NotRun is null))
        {
            if (block.File is { } file)
                script.Append($"mkdir -p \"$(dirname {file})\"; cat >{file} <<'END OF FILE'\n{ToHere(block.Text, addresses)}END OF FILE\n");
            if (block.Language != "console") continue;
            foreach (var command in DocumentedCommand.Of(block))
            {
                script.Append($"{{\n{ToHere(command.Text, addresses)}\n}} >{outputs.File($"{commands.Count}.out")} 2>&1; ")
                    .Append($"echo $? >{outputs.File($"{commands.Count}.code")}\n");
                commands.Add(command);
            }
        }

        await Tool.RunAsync(
            "bash",
            [home.Write(".documents.sh", script.ToString())],
            environment: EnvironmentOf(home),
            deadline: DocumentDeadline,
            cancellationToken: cancellationToken);
        return
        [
            .. commands.SelectMany((command, index) =>
                Check(document, command, Read(outputs, $"{index}.code"), ToDocument(Read(outputs, $"{index}.out"), home))),
        ];
    }

    private static IEnumerable<string> Check(MarkdownDocument document, DocumentedCommand command, string code, string printed)
    {
        if (code.Trim() != "0")
        {
            yield return $"{document.Name}:{command.Line}: '{command.Text}' ended with exit code {code.Trim()}:\n{printed}";
        }
        else if (command.Output.Count > 0 && !ConsoleOutput.Matches(command.Output, printed))
        {
            yield return $"{document.Name}:{command.Line}: '{command.Text}' is shown as\n{ConsoleOutput.Describe(command.Output)}\n" +
                $"and printed\n{ConsoleOutput.Describe(ConsoleOutput.Lines(printed))}";
        }
    }

    private void Prepare(TemporaryFolder home)
    {
        home.Write("registry.yaml", _resource);
        Copy(_folder.File("trivy/db"), home.File(".cache/trivy/db"));
        if (Directory.Exists(_folder.File("reports"))) Copy(_folder.File("reports"), home.File(ReportFolder));
        Copy(SamplePlugin, home.File("plugins/LicensePolicyScanner"));
        foreach (var sample in SamplePlugins.All) SamplePlugins.CopyTo(home.File("plugins"), sample);
    }

    private static Dictionary<string, string> EnvironmentOf(TemporaryFolder home) => new(StringComparer.Ordinal)
    {
        ["HOME"] = home.Path,
        ["PATH"] = $"{Product.Folder}:{Path.Combine(ServerBinaries.Folder, "bin")}:{Environment.GetEnvironmentVariable("PATH")}",
        ["XDG_DATA_HOME"] = "",
        ["XDG_CACHE_HOME"] = "",
        // The database is the one prepared: a real one is a download of some 70 MB.
        ["RO_Plugins__Trivy__SkipDbUpdate"] = "true",
    };

    private static string ToHere(string text, Dictionary<string, string> addresses) =>
        addresses.Aggregate(text, (changed, address) => changed.Replace(address.Key, address.Value, StringComparison.Ordinal));

    private static string ToDocument(string text, TemporaryFolder home) =>
        text.Replace(Product.Folder, ProductInDocuments, StringComparison.Ordinal).Replace(home.Path, HomeInDocuments, StringComparison.Ordinal);

    private static void Copy(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.GetFiles(from)) File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
    }

    private static string Read(TemporaryFolder folder, string name) =>
        File.Exists(folder.File(name)) ? File.ReadAllText(folder.File(name)) : "(the command before never ended)";

    private static string ReadLog(string path)
    {
        using var reader = new StreamReader(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        return reader.ReadToEnd();
    }
}
