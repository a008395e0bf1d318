using System.CommandLine;

namespace RegistryOperator.Host.Cli;

/// <summary>The option of the commands that are told what runs.</summary>
internal static class WorkloadsOption
{
    public static Option<string[]> Create() => new("--workloads-from")
    {
        Description = "What runs: a file of 'kubectl get pods,deployments,... -A -o json', or YAML; may be repeated. Workloads in --file count, too.",
        HelpName = "FILE",
        AllowMultipleArgumentsPerToken = true,
    };
}
