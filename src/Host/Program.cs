using RegistryOperator.Host.Cli;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Oci.Network;
// For whatever else opens connections: the API server's client, plugins. .NET's own reading of NO_PROXY knows no ranges and no ports.
HttpClient.DefaultProxy = EnvironmentProxy.OfThisProcess();
using var stop = StopSignals.OfProcess();

var terminal = Terminal.Process();
// An unhandled exception on a thread that a plugin started ends the process; no handler of ours is on its stack.
AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
{
    if (unhandled.ExceptionObject is Exception fault) CommandLine.WriteFault(fault, terminal);
    // Whoever took the memory: the plugins that were scanning are not to be blamed for it at the next start.
    if (unhandled.ExceptionObject is OutOfMemoryException) stop.Fail();
    Environment.Exit(ExitCodes.Failure);
};
return await CommandLine.RunAsync(args, terminal, stop);
