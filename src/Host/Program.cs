using RegistryOperator.Host.Cli;

return await CommandLine.RunAsync(args, Terminal.Process(), CancellationToken.None);
