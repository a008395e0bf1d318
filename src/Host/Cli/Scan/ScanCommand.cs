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
using RegistryOperator.Host.Text;
using RegistryOperator.Host.Workloads;
using RegistryOperator.Reports;

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
        var output = OutputOption.Of(ScanOutput.Table, OutputOption.Json, OutputOption.Yaml);
        var workloads = WorkloadsOption.Create();
        var failOn = new Option<string?>("--fail-on")
        {
            Description = $"Exit code 1 where an image has a vulnerability of this severity or a higher one, or was not scanned: {Listed.Or(Severities.All)}.",
            HelpName = "SEVERITY",
        };
        var strict = new Option<bool>("--strict") { Description = "Exit code 1 where any result that is asked for is missing, or is not of this scan." };
        var options = new HostOptions(terminal);
        var data = new DataOptions();
        var command = new Command(
            "scan",
            "Scan the repositories of Registry resources once and print what was found. " +
            "Exit code: 0 all repositories were read, 1 one was not, or --fail-on or --strict says so, 2 bad input.")
        {
            files, workloads, failOn, strict, output,
        };
        options.AddTo(command);
        data.AddTo(command);
        command.SetAction((parsed, cancellationToken) =>
        {
            var gate = new ScanGate(ScanKinds.Create(), failOn.Name, parsed.GetValue(failOn), parsed.GetValue(strict) ? strict.Name : null);
            return ScanAsync(
                parsed.GetRequiredValue(files), parsed.GetValue(workloads) ?? [], parsed.GetRequiredValue(output), gate, options.Read(parsed),
                data.Read(parsed), terminal, cancellationToken);
        });
        return command;
    }

    private static async Task<int> ScanAsync(
        string[] files, string[] workloadFiles, string format, ScanGate gate, HostSettings settings, string dataDirectory, Terminal terminal,
        CancellationToken cancellationToken)
    {
        if (await GivenManifests.ReadAsync(files, option: null, terminal, cancellationToken) is not { } manifests) return ExitCodes.BadInput;
        var hasWorkloads = workloadFiles.Length > 0;
        if (hasWorkloads)
        {
            // Files that say what runs have nothing to hide: an empty cluster runs nothing.
            var running = await GivenManifests.ReadWorkloadsAsync(workloadFiles, terminal, cancellationToken);
            if (running is null) return ExitCodes.BadInput;
            manifests = manifests with { Workloads = [.. manifests.Workloads, .. running] };
        }

        RegistryResource[] resources = [.. manifests.Registries.Select(manifest => manifest.Resource)];
        gate.Check(resources);
        gate.Warn(resources, terminal);
        foreach (var resource in resources.Where(resource => resource.Spec.IsSuspended))
            terminal.WriteError($"notice: {resource.FullName}: spec.suspend holds back the operator alone; this command scans it.");
        var kinds = ScanKinds.Create();
        var usesScanners = manifests.Registries.Any(manifest => kinds.UsesOf(manifest.Resource.Spec).Count > 0);
        var logins = new LoginWarnings();
        var retries = new RetryNotices(terminal);
        await using var engine = await StartAsync(retries.With(logins.With(settings)), dataDirectory, usesScanners, terminal, cancellationToken);
        await using var ending = cancellationToken.UnsafeRegister(static started => ((Engine)started!).Stopping(), engine);
        if (hasWorkloads || manifests.Workloads.Count > 0)
            engine.Workloads.Replace(WorkloadAssembler.Assemble(manifests.Workloads), isOneOwners: true);
        else engine.Workloads.Replace(null, "No workloads are known: give Deployments and others with --file, or what kubectl prints with --workloads-from.");
        foreach (var notice in engine.Plugins.Notices) terminal.WriteError($"notice: {notice}");
        foreach (var failure in engine.Plugins.Failures) terminal.WriteError($"warning: {failure}");

        var secrets = GivenManifests.SecretsOf(manifests);
        var order = RoundSchedule.ByDue(resources, TimeProvider.System.GetUtcNow());
        var scanned = await RoundProgress.RunAsync(
            terminal, [.. order.Select(index => resources[index])], resource => resource.FullName, "listing tags",
            (resource, progress, token) => ScanOneAsync(engine.Round, resource, secrets, progress, token), ResourcesAtATime, cancellationToken, retries);
        logins.Write(terminal);
        var outcomes = new RegistryResource[resources.Length];
        for (var i = 0; i < order.Length; i++) outcomes[order[i]] = scanned[i];
        ScanOutput.Write(format, outcomes, terminal, engine.Kinds);
        var isRead = outcomes.All(outcome => outcome.Status?.LastScanStatus == ScanStatuses.Success);
        return gate.Passes(outcomes, terminal) && isRead ? ExitCodes.Success : ExitCodes.Failure;
    }

    /// <summary>What tags have named is recorded without scanners, too; but who has no place for that can still list a repository.</summary>
    private static async Task<Engine> StartAsync(
        HostSettings settings, string dataDirectory, bool usesScanners, Terminal terminal, CancellationToken cancellationToken)
    {
        try
        {
            return await Engine.StartAsync(settings, dataDirectory, NullLoggerFactory.Instance, TimeProvider.System, cancellationToken);
        }
        catch (InputException unusable) when (!usesScanners && unusable.InnerException is ReportStoreException)
        {
            terminal.WriteError($"notice: what the tags name is not recorded for 'history': {unusable.Message}");
            return await Engine.StartAsync(settings, dataDirectory: null, NullLoggerFactory.Instance, TimeProvider.System, cancellationToken);
        }
    }

    private static async Task<RegistryResource> ScanOneAsync(
        ResourceRound round, RegistryResource resource, ISecretSource secrets, IRoundProgress? progress, CancellationToken cancellationToken)
    {
        var outcome = await round.RunAsync(resource, secrets, new RoundMemory.Entry(), progress, publish: null, cancellationToken);
        return resource with { Status = outcome.Status };
    }
}
