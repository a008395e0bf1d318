using System.CommandLine;
using Microsoft.Extensions.Logging.Abstractions;
using RegistryOperator.Host.Access;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Hosting;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Scans.Model;
using RegistryOperator.Host.Settings;
using RegistryOperator.Host.Sources.Manifests;

namespace RegistryOperator.Host.Cli.Scan;

/// <summary><c>registry-operator scan -f FILE</c>: the engine once, without a cluster.</summary>
internal static class ScanCommand
{
    /// <summary>Resources scanned at the same time; each reads as many images at a time as its own spec says.</summary>
    private const int ResourcesAtATime = 4;

    public static Command Create(Terminal terminal)
    {
        var files = new Option<string[]>("--file", "-f")
        {
            Description = "A YAML file with Registry resources and the Secrets they name; '-' for standard input; may be repeated.",
            HelpName = "FILE",
            Required = true,
            AllowMultipleArgumentsPerToken = true,
        };
        var output = new Option<string>("--output", "-o")
        {
            Description = "table, json or yaml.",
            HelpName = "FORMAT",
            DefaultValueFactory = _ => ScanOutput.Table,
        };
        output.AcceptOnlyFromAmong(ScanOutput.Table, ScanOutput.Json, ScanOutput.Yaml);
        var options = new HostOptions();
        var data = new DataOptions();
        var command = new Command(
            "scan",
            "Scan the repositories of Registry resources once and print what was found. " +
            "Exit code: 0 all succeeded, 1 a scan failed, 2 bad input.") { files, output };
        options.AddTo(command);
        data.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
            ScanAsync(parsed.GetRequiredValue(files), parsed.GetRequiredValue(output), options.Read(parsed), data.Read(parsed), terminal, cancellationToken));
        return command;
    }

    private static async Task<int> ScanAsync(
        string[] files, string format, HostSettings settings, string dataDirectory, Terminal terminal, CancellationToken cancellationToken)
    {
        // Standard input may be an idle terminal, and reading it ignores cancellation: Ctrl-C must not wait for it.
        var manifests = await Task.Run(() => ManifestFiles.Read(files, terminal.In), cancellationToken).WaitAsync(cancellationToken);
        foreach (var notice in manifests.Notices) terminal.WriteError($"notice: {notice}");
        foreach (var problem in manifests.Problems) terminal.WriteError($"error: {problem}");
        if (manifests.Problems.Count > 0) return ExitCodes.BadInput;
        if (manifests.Registries.Count == 0)
            throw new InputException($"{string.Join(", ", files)}: there is no Registry in it. The README shows one of six lines.");

        var kinds = ScanKinds.Create();
        var usesScanners = manifests.Registries.Any(manifest => kinds.UsesOf(manifest.Resource.Spec).Count > 0);
        terminal.KeepOutput();
        await using var engine = await Engine.StartAsync(
            settings, usesScanners ? dataDirectory : null, NullLoggerFactory.Instance, TimeProvider.System, cancellationToken);
        await using var ending = cancellationToken.UnsafeRegister(static started => ((Engine)started!).Stopping(), engine);
        foreach (var notice in engine.Plugins.Notices) terminal.WriteError($"notice: {notice}");
        foreach (var failure in engine.Plugins.Failures) terminal.WriteError($"warning: {failure}");

        var secrets = new ManifestSecrets(manifests.Secrets);
        RegistryResource[] resources = [.. manifests.Registries.Select(manifest => manifest.Resource)];
        var order = RoundSchedule.ByDue(resources, TimeProvider.System.GetUtcNow());
        var scanned = await RoundProgress.RunAsync(
            terminal, [.. order.Select(index => resources[index])], resource => resource.FullName, "listing tags",
            (resource, progress, token) => ScanOneAsync(engine.Round, resource, secrets, progress, token), ResourcesAtATime, cancellationToken);
        var outcomes = new RegistryResource[resources.Length];
        for (var i = 0; i < order.Length; i++) outcomes[order[i]] = scanned[i];
        ScanOutput.Write(format, outcomes, terminal, engine.Kinds);
        return outcomes.Any(outcome => outcome.Status?.LastScanStatus != ScanStatuses.Success) ? ExitCodes.Failure : ExitCodes.Success;
    }

    private static async Task<RegistryResource> ScanOneAsync(
        ResourceRound round, RegistryResource resource, ISecretSource secrets, IRoundProgress? progress, CancellationToken cancellationToken)
    {
        var outcome = await round.RunAsync(resource, secrets, new RoundMemory.Entry(), progress, publish: null, cancellationToken);
        return resource with { Status = outcome.Status };
    }
}
