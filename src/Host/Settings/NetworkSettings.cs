using Microsoft.Extensions.Configuration;
using RegistryOperator.Oci.Network;

namespace RegistryOperator.Host.Settings;

/// <summary>Reads what outbound requests may reach from the section <c>Network</c> of the settings: lists, as text with commas or as JSON arrays.</summary>
internal static class NetworkSettings
{
    public const string Section = "Network";

    private static readonly char[] Separators = [',', ' ', ';'];

    /// <summary>Reads the section.</summary>
    /// <exception cref="InputException">An entry is not valid.</exception>
    public static OutboundOptions Read(IConfiguration configuration)
    {
        var section = configuration.GetSection(Section);
        return new OutboundOptions
        {
            Allow = ReadList(
                section, nameof(OutboundOptions.Allow), AllowedDestination.TryParse,
                "a range of addresses (10.0.0.0/8), an address or a host name, these two also with a port (registry.example.com:5000)"),
            TokenServers = ReadList(
                section, nameof(OutboundOptions.TokenServers), TokenServer.TryParse,
                "the host of a registry and that of its token server (registry.example.com=auth.example.net)"),
        };
    }

    private static List<T> ReadList<T>(IConfigurationSection section, string name, Func<string, T?> read, string expected)
        where T : class
    {
        var list = section.GetSection(name);
        return list.GetChildren().Select(child => child.Value).Prepend(list.Value)
            .SelectMany(text => (text ?? "").Split(Separators, StringSplitOptions.RemoveEmptyEntries))
            .Select(entry => read(entry) ?? throw new InputException($"Setting {list.Path}: '{entry}' is not {expected}."))
            .ToList();
    }
}
