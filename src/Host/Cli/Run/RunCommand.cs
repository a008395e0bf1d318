using System.CommandLine;
using System.CommandLine.Parsing;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Hosting;
using RegistryOperator.Host.Settings;
using RegistryOperator.Host.Sources;
using RegistryOperator.Host.Sources.Cluster;
using RegistryOperator.Host.Sources.Directories;
using RegistryOperator.Host.Web;
using RegistryOperator.Kubernetes.Client;

namespace RegistryOperator.Host.Cli.Run;

/// <summary><c>registry-operator run</c>: the operator, over a cluster or over a folder of files.</summary>
internal sealed class RunCommand
{
    private readonly Option<string?> _directory = new("--directory")
    {
        Description = "Watch a folder of YAML files instead of a cluster; statuses are kept in DIR/.status.",
        HelpName = "DIR",
    };

    private readonly Option<string?> _kubeconfig = new("--kubeconfig")
    {
        Description = "The cluster to connect to. Default: KUBECONFIG, the pod's service account, ~/.kube/config.",
        HelpName = "FILE",
    };

    private readonly Option<string?> _context = new("--context") { Description = "A context of the kubeconfig.", HelpName = "NAME" };

    private readonly Option<string[]> _namespaces = new("--namespace", "-n")
    {
        Description = "Watch this namespace only; may be repeated. Default: all.",
        HelpName = "NAME",
    };

    private readonly Option<int> _workers = new("--workers")
    {
        Description = "Resources scanned at the same time.",
        HelpName = "N",
        DefaultValueFactory = _ => new OperatorOptions().Workers,
    };

    private readonly Option<string> _listen = new("--listen")
    {
        Description = "Where /healthz, /readyz and the reports (/api/v1) are served; 'none' for nowhere.",
        HelpName = "URL",
        DefaultValueFactory = _ => "http://0.0.0.0:8080",
    };

    private readonly Option<bool> _shareReports = new("--share-reports")
    {
        Description = "Serve reports also to other machines that have the token; by default only to this machine or pod.",
    };

    private readonly Option<string?> _apiToken = new("--api-token-file")
    {
        Description = $"The token that the reports ask for. Default: {ApiToken.FileName} in the data directory, made at the first start.",
        HelpName = "FILE",
    };

    private readonly Option<LogLevel> _logLevel = new("--log-level")
    {
        Description = "Debug, Information, Warning or Error.",
        HelpName = "LEVEL",
        DefaultValueFactory = _ => LogLevel.Information,
    };

    private readonly HostOptions _host;
    private readonly DataOptions _data = new();
    private readonly Terminal _terminal;

    // What the probes ask; null until it is started.
    private volatile Operator? _started;

    private RunCommand(Terminal terminal)
    {
        _terminal = terminal;
        _host = new HostOptions(terminal);
    }

    public static Command Create(Terminal terminal) => new RunCommand(terminal).Build();

    private Command Build()
    {
        // By name: the number of a level would be taken too, whether there is such a level or not.
        _logLevel.AcceptOnlyFromAmong(StringComparer.OrdinalIgnoreCase, Enum.GetNames<LogLevel>());
        _workers.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var workers) && workers < 1)
                result.AddError($"--workers {workers}: at least 1 is needed.");
        });
        var command = new Command("run", "Run the operator until it is stopped (SIGTERM, Ctrl-C).")
        {
            _directory, _kubeconfig, _context, _namespaces, _workers, _listen, _shareReports, _apiToken, _logLevel,
        };
        command.Validators.Add(CheckTogether);
        _host.AddTo(command);
        _data.AddTo(command);
        command.SetAction(RunAsync);
        return command;
    }

    /// <summary>Whoever gives an option means it to count.</summary>
    private void CheckTogether(CommandResult result)
    {
        if (IsGiven(_directory))
        {
            foreach (var ofACluster in (Option[])[_kubeconfig, _context, _namespaces])
            {
                if (IsGiven(ofACluster)) result.AddError($"{ofACluster.Name} is about a cluster, and {_directory.Name} in its place: leave one of them out.");
            }
        }

        if (result.GetResult(_listen) is not { Implicit: false, Tokens: [{ Value: "none" }] }) return;
        foreach (var ofTheServer in (Option[])[_shareReports, _apiToken])
        {
            if (!IsGiven(ofTheServer)) continue;
            result.AddError($"{ofTheServer.Name} is about what is served, and '{_listen.Name} none' serves nothing: leave one of them out.");
        }

        bool IsGiven(Option option) => result.GetResult(option) is { Implicit: false };
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken stopping)
    {
        using var loggers = CreateLoggers(parsed.GetValue(_logLevel));
        try
        {
            await RunAsync(parsed, loggers, stopping);
        }
        catch (Exception) when (stopping.IsCancellationRequested && _started is null)
        {
            // Stopped during start: there is nothing to shut down.
        }
        catch (Exception fault) when (stopping.IsCancellationRequested && fault is not OperationCanceledException)
        {
            _terminal.WriteError($"error: The operator did not stop in order: {fault.Message}");
            return ExitCodes.Failure;
        }

        return ExitCodes.Success;
    }

    private async Task RunAsync(ParseResult parsed, ILoggerFactory loggers, CancellationToken stopping)
    {
        using var source = OpenSource(parsed, loggers);
        // After the loggers, which have the stream as it was.
        var settings = _host.Read(parsed) with { RefusesLoopback = parsed.GetValue(_directory) is null };
        using var data = DataDirectory.Take(_data.Read(parsed));
        // Before the engine: it checks the report store, which takes minutes where that is large, and probes are to be answered meanwhile.
        await using var web = await StartWebAsync(parsed, data, loggers, stopping);
        if (web is not null) settings = settings with { Listeners = WebServer.ListenersOf(web) };
        await using var engine = await Engine.StartAsync(settings, data.Path, loggers, TimeProvider.System, stopping);
        await using var ending = stopping.UnsafeRegister(static started => ((Engine)started!).Stopping(), engine);
        var @operator = new Operator(source, engine, new OperatorOptions { Workers = parsed.GetValue(_workers) }, TimeProvider.System, loggers);
        _started = @operator;
        try
        {
            await @operator.RunAsync(stopping);
        }
        finally
        {
            // Before the engine too, whose reports it reads.
            if (web is not null) await web.DisposeAsync();
        }
    }

    private IResourceSource OpenSource(ParseResult parsed, ILoggerFactory loggers)
    {
        if (parsed.GetValue(_directory) is { } directory)
        {
            return Directory.Exists(GivenFolder.Check(_directory.Name, directory))
                ? new DirectorySource(Path.GetFullPath(directory), TimeProvider.System, loggers)
                : throw new InputException($"--directory {directory}: there is no such folder.");
        }

        try
        {
            var connection = KubernetesConnection.Open(
                parsed.GetValue(_kubeconfig), parsed.GetValue(_context), new ClientOptions { UserAgent = $"registry-operator/{CommandLine.Version}" });
            return new ClusterSource(connection, parsed.GetValue(_namespaces) ?? [], TimeProvider.System, loggers);
        }
        catch (KubernetesConnectionException failure)
        {
            throw new InputException($"{failure.Message} Or run over a folder of files with --directory DIR.", failure);
        }
    }

    private async Task<WebApplication?> StartWebAsync(ParseResult parsed, DataDirectory data, ILoggerFactory loggers, CancellationToken cancellationToken)
    {
        var url = parsed.GetValue(_listen);
        if (url is null or "none") return null;
        var token = parsed.GetValue(_apiToken) is { } file
            ? ApiToken.OfFile(GivenFile.Check(_apiToken.Name, file))
            : await ApiToken.OfDataDirectoryAsync(data.Path, cancellationToken);
        try
        {
            var options = new WebOptions(url, token)
            {
                SharesReports = parsed.GetValue(_shareReports),
                Explain = () => _started is { } started ? started.ExplainAsync : null,
            };
            return await WebServer.StartAsync(options, () => _started is { IsReady: true }, () => _started?.Reports, loggers, cancellationToken);
        }
        catch (Exception failure) when (failure is FormatException or InvalidOperationException)
        {
            // Kestrel's own words are about its interfaces.
            throw new InputException(
                $"--listen {url}: expected http://ADDRESS:PORT, without a path and without TLS, e.g. http://127.0.0.1:8081, or none.", failure);
        }
        catch (Exception failure) when (failure is IOException or SocketException)
        {
            throw new InputException($"--listen {url}: {failure.Message.TrimEnd('.')}. Name another address, e.g. http://127.0.0.1:8081.", failure);
        }
    }

    private static ILoggerFactory CreateLoggers(LogLevel level) => LoggerFactory.Create(builder => builder
        .SetMinimumLevel(level)
        .AddFilter("Microsoft", LogLevel.Warning)
        // The web host logs an exception with its stack trace and then throws it; the command line reports it in one sentence.
        .AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None)
        .AddConsole(options => options.FormatterName = LogLineFormatter.FormatterName)
        .AddConsoleFormatter<LogLineFormatter, LogLineOptions>(options => options.HasColors = !Console.IsOutputRedirected));
}
