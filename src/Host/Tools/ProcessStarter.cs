using System.Diagnostics;

namespace RegistryOperator.Host.Tools;

/// <summary>
/// Starts a process on a thread that lives until this is disposed. What is to be killed with its parent is killed when the thread ends that started it
/// (<see href="https://man7.org/linux/man-pages/man2/PR_SET_PDEATHSIG.2const.html"/>), and those of the thread pool end when they are idle.
/// </summary>
internal sealed class ProcessStarter : IDisposable
{
    private readonly ManualResetEventSlim _end = new();

    /// <summary>Starts one process.</summary>
    public Task<Process> StartAsync(ProcessStartInfo start)
    {
        var started = new TaskCompletionSource<Process>(TaskCreationOptions.RunContinuationsAsynchronously);
        new Thread(() =>
        {
            try
            {
                started.SetResult(Process.Start(start)!);
            }
            catch (Exception failure)
            {
                started.SetException(failure);
                return;
            }

            _end.Wait();
        })
        { IsBackground = true, Name = "tool" }.Start();
        return started.Task;
    }

    /// <summary>Not to be disposed itself: the thread may be about to wait.</summary>
    public void Dispose() => _end.Set();
}
