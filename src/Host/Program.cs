using RegistryOperator.Host.Cli;
using RegistryOperator.Host.Cli.Output;
using var stop = StopSignals.OfProcess();

var terminal = Terminal.Process();
// A thread of a plugin's own ends the process with its exception, and no handler stands around it.
AppDomain.CurrentDomain.UnhandledException += (_, unhandled) =>
{
    if (unhandled.ExceptionObject is Exception fault) CommandLine.WriteFault(fault, terminal);
    Environment.Exit(ExitCodes.Failure);
};
return await CommandLine.RunAsync(args, terminal, stop);
