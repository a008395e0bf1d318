using System.Collections.Concurrent;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Hosting;

namespace RegistryOperator.Host.Cli;

/// <summary>What keeps the user's own logins from being used: gathered while commands show their progress, and told once after it.</summary>
internal sealed class LoginWarnings
{
    private readonly ConcurrentDictionary<string, bool> _sentences = new(StringComparer.Ordinal);

    /// <summary>The settings of a command that uses these logins.</summary>
    public HostSettings With(HostSettings settings) =>
        settings with { UsesLocalLogins = true, WarnOfLogins = sentence => _sentences.TryAdd(sentence, true) };

    public void Write(Terminal terminal)
    {
        foreach (var sentence in _sentences.Keys.Order(StringComparer.Ordinal)) terminal.WriteError($"warning: {sentence}");
    }
}
