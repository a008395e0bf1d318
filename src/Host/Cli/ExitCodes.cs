using System.Runtime.InteropServices;

namespace RegistryOperator.Host.Cli;

/// <summary>The exit codes of the process.</summary>
internal static class ExitCodes
{
    /// <summary>All succeeded; for <c>run</c> also: it was stopped and shut down gracefully.</summary>
    public const int Success = 0;

    /// <summary>At least one scan failed, the operator could not continue, or the output could not be written.</summary>
    public const int Failure = 1;

    /// <summary>The command line or a file given is not valid; nothing was done.</summary>
    public const int BadInput = 2;

    /// <summary>Ended by Ctrl-C before it had finished: 128 plus the signal's number, as shells report it.</summary>
    public const int Interrupted = 130;

    /// <summary>Ended by SIGTERM before it had finished.</summary>
    public const int Terminated = 143;

    /// <summary>Ended by the end of its terminal (SIGHUP).</summary>
    public const int HungUp = 129;

    /// <summary>Ended by Ctrl-\ (SIGQUIT).</summary>
    public const int Quit = 131;

    /// <summary>The exit code of a command that a signal ended.</summary>
    public static int Of(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGINT => Interrupted,
        PosixSignal.SIGHUP => HungUp,
        PosixSignal.SIGQUIT => Quit,
        _ => Terminated,
    };
}
