using System.CommandLine;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Registry;

namespace RegistryOperator.Host.Cli.Crd;

/// <summary><c>registry-operator crd</c>: prints the custom resource definition, for <c>kubectl apply -f -</c>.</summary>
internal static class CrdCommand
{
    public static Command Create(Terminal terminal)
    {
        var command = new Command("crd", "Print the CustomResourceDefinition: registry-operator crd | kubectl apply -f -");
        command.SetAction(_ => Print(terminal));
        return command;
    }

    private static int Print(Terminal terminal)
    {
        terminal.WriteDocument(CustomResourceDefinition.Read());
        return ExitCodes.Success;
    }
}
