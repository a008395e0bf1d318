using System.CommandLine;
using RegistryOperator.Host.Resources;

namespace RegistryOperator.Host.Cli;

/// <summary><c>registry-operator crd</c>: prints the custom resource definition, for <c>kubectl apply -f -</c>.</summary>
internal static class CrdCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("crd", "Print the CustomResourceDefinition: registry-operator crd | kubectl apply -f -");
        command.SetAction((_, _) => PrintAsync(terminal));
        return command;
    }

    private static async Task<int> PrintAsync(Terminal terminal)
    {
        await terminal.Out.WriteAsync(CustomResourceDefinition.Read());
        return ExitCodes.Success;
    }
}
