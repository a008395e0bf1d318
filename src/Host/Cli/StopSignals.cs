using System.Runtime.InteropServices;

namespace RegistryOperator.Host.Cli;

/// <summary>
/// The one owner of the signals that ask the process to end: Ctrl-C, SIGTERM, Ctrl-\ and the end of its terminal. Whichever comes, tools end with it.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    // Progress hides the cursor, and a process that ends at once does not show it again.
    private const string ShowCursor = "\u001b[?25h";

    private readonly CancellationTokenSource _stopping = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _exitCode;

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stopping.Token;

    /// <summary>The exit code of a command that did not finish; null where no signal came.</summary>
    public int? ExitCode => Volatile.Read(ref _exitCode) is var code and > 0 ? code : null;

    /// <summary>Listens to the process's signals until disposed.</summary>
    public static StopSignals OfProcess()
    {
        var signals = new StopSignals();
        foreach (var signal in (PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGQUIT, PosixSignal.SIGHUP])
            signals._registrations.Add(PosixSignalRegistration.Create(signal, signals.Handle));
        return signals;
    }

    /// <summary>Takes a signal.</summary>
    /// <returns>True where the process ends by itself; false where it is to end at once, which is what a second Ctrl-C asks for. SIGTERM may
    /// come twice, from a supervisor and from the terminal it closes, and does not cut a graceful shutdown short.</returns>
    public bool Receive(PosixSignal signal)
    {
        if (Interlocked.CompareExchange(ref _exitCode, ExitCodes.Of(signal), 0) != 0) return signal != PosixSignal.SIGINT;
        // Not on this thread: cancellation callbacks may be slow, and a second signal must get through.
        _ = _stopping.CancelAsync();
        return true;
    }

    /// <summary>Says that the process ends by a fault of its own, before it does.</summary>
    public void Fail()
    {
        try
        {
            _stopping.Cancel();
        }
        catch (Exception)
        {
            // The process ends in any case, and what was said first is why.
        }
    }

    public void Dispose()
    {
        foreach (var registration in _registrations) registration.Dispose();
        _stopping.Dispose();
    }

    private void Handle(PosixSignalContext context)
    {
        context.Cancel = Receive(context.Signal);
        if (!context.Cancel && !Console.IsErrorRedirected) Console.Error.Write(ShowCursor);
    }
}
