using System.Reflection;
using Microsoft.Extensions.Configuration;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Plugins.Loading;

/// <summary>Explains the runtime's load errors in one sentence to the user who installs a plugin.</summary>
internal static class PluginFault
{
    /// <summary>In the place of <see cref="Describe"/> where the exception quotes a Secret.</summary>
    public const string LeftOut = "What it says is left out, since it quotes a Secret.";

    private const int LongestMessage = 400;

    /// <summary>What is wrong and what to do, in plain words instead of the runtime's exception names where possible.</summary>
    public static string Describe(Exception exception) => exception switch
    {
        PluginException => exception.Message,
        ReflectionTypeLoadException { LoaderExceptions: var causes } when Array.Find(causes, cause => cause is not null) is { } cause => Describe(cause),
        TargetInvocationException { InnerException: { } inner } => Describe(inner),
        TypeInitializationException { InnerException: { } inner } => Describe(inner),
        FileNotFoundException { FileName: { } file } when IsAssemblyName(file) =>
            $"Its dependency {ShortName(file)} is missing: copy the whole output of 'dotnet publish' into the folder.",
        FileLoadException { FileName: { } file } =>
            $"Its dependency {ShortName(file)} cannot be loaded, most often because this host has an older version of it: build against the host's version.",
        BadImageFormatException { FileName: { } file } => $"{Path.GetFileName(file)} is not an assembly that can be loaded here.",
        TypeLoadException or MissingMemberException =>
            $"It does not fit this host's contract: build it against this host's version of RegistryOperator.Abstractions ({OneLine(exception.Message)}).",
        UnauthorizedAccessException => $"It cannot be read by this process: {OneLine(exception.Message)}",
        _ => $"{exception.GetType().Name}: {OneLine(exception.Message)}",
    };

    /// <summary>True where an exception says anywhere what a Secret holds. In a truncated text, a secret might be cut in half and not be recognised.</summary>
    public static bool Quotes(Exception exception, ScanSecrets secrets) => secrets.CreateMask().IsIn(exception.ToString());

    /// <summary>A plugin's own message about one of its settings, without the exception's type: it names the full key already. Null for any other
    /// fault.</summary>
    public static string? DescribeSetting(Exception exception, PluginContext context) =>
        exception is TargetInvocationException { InnerException: { } inner } ? DescribeSetting(inner, context)
        : IsAboutSetting(exception.Message, context.Name) ? OneLine(exception.Message)
        : null;

    private static bool IsAboutSetting(string message, string plugin) =>
        message.StartsWith(PluginSettings.KeyOf(plugin) + ConfigurationPath.KeyDelimiter, StringComparison.OrdinalIgnoreCase);

    /// <summary>The text on one line, bounded: other people's messages may be pages long.</summary>
    public static string OneLine(string text) => OutsideText.Of(text, LongestMessage);

    // A missing assembly's FileName is its display name; a missing data file's is its path.
    private static bool IsAssemblyName(string file) => file.Contains(", Version=", StringComparison.Ordinal);

    private static string ShortName(string file)
    {
        if (!IsAssemblyName(file)) return Path.GetFileName(file);
        var name = new AssemblyName(file);
        return $"{name.Name} {name.Version?.ToString(3)}";
    }
}
