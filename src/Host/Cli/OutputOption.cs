using System.CommandLine;
using RegistryOperator.Host.Text;

namespace RegistryOperator.Host.Cli;

/// <summary>The option of every command that prints in several formats.</summary>
internal static class OutputOption
{
    public const string Json = "json";
    public const string Yaml = "yaml";

    /// <summary>The option.</summary>
    /// <param name="formats">The formats, the usual one first.</param>
    public static Option<string> Of(params string[] formats) => Of($"{Listed.Or(formats)}.", formats);

    /// <param name="description">What the help says.</param>
    /// <param name="formats">The formats, the usual one first.</param>
    public static Option<string> Of(string description, IReadOnlyList<string> formats)
    {
        var output = new Option<string>("--output", "-o") { Description = description, HelpName = "FORMAT", DefaultValueFactory = _ => formats[0] };
        return output.AcceptOnlyFromAmong([.. formats]);
    }
}
