using RegistryOperator.Host.Cli;
using RegistryOperator.Host.Cli.Output;
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
