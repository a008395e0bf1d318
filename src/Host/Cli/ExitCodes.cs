using System.Runtime.InteropServices;

namespace RegistryOperator.Host.Cli;

/// <summary>What the process answers its caller.</summary>
internal static class ExitCodes
{
    /// <summary>All succeeded; of <c>run</c> also: it was stopped and ended in order.</summary>
    public const int Success = 0;

    /// <summary>At least one scan failed, the operator could not go on, or the output could not be written.</summary>
    public const int Failure = 1;

    /// <summary>The command line or a file given is not valid; nothing was done.</summary>
    public const int BadInput = 2;

    /// <summary>Ended by Ctrl-C before it had finished: 128 and the signal's number, as shells say it.</summary>
    public const int Interrupted = 130;

    /// <summary>Ended by SIGTERM before it had finished.</summary>
    public const int Terminated = 143;

    /// <summary>Ended by the end of its terminal (SIGHUP).</summary>
    public const int HungUp = 129;

    /// <summary>Ended by Ctrl-\ (SIGQUIT).</summary>
    public const int Quit = 131;

    /// <summary>What a command that a signal ended answers.</summary>
    public static int Of(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGINT => Interrupted,
        PosixSignal.SIGHUP => HungUp,
        PosixSignal.SIGQUIT => Quit,
        _ => Terminated,
    };
}
