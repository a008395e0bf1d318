using System.Collections.Concurrent;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Hosting;
using RegistryOperator.Host.Text;
using RegistryOperator.Oci;

namespace RegistryOperator.Host.Cli;

/// <summary>
/// Tells a person who watches that a registry is asked again, and why: for half a minute, nothing else might be seen. Of many requests that fail alike, once
/// for each of their attempts.
/// </summary>
internal sealed class RetryNotices(Terminal terminal)
{
    private readonly ConcurrentDictionary<(string Registry, int Attempt), bool> _told = new();
    private volatile Action<TerminalText>? _show;

    /// <summary>The settings of a command that tells of them.</summary>
    public HostSettings With(HostSettings settings) => terminal.ShowsProgress ? settings with { Retrying = Tell } : settings;

    /// <summary>Has them shown by another than the terminal, while that draws something.</summary>
    public void ShowBy(Action<TerminalText>? show) => _show = show;

    private void Tell(RegistryRetry retry)
    {
        if (!_told.TryAdd((retry.Repository.Registry.Authority, retry.Attempt), true)) return;
        TerminalText line = $"notice: {retry.Failure.Message.TrimEnd('.')}: tried again in {Math.Ceiling(retry.Delay.TotalSeconds):0} s " +
            $"({retry.Attempt} of {retry.Attempts}).";
        if (_show is { } show) show(line);
        else terminal.WriteError(line);
    }
}
