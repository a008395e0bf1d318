using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Parsing;
using RegistryOperator.Host.Text;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Cli;

/// <summary>What is wrong with a command line, in the words that the user wrote: the parser's own texts name .NET's types, and often not the option.</summary>
internal static class ParseErrors
{
    private const string EndOfOptions = "--";

    /// <summary>The sentences; none where the command line is valid.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="arguments">As the process got it.</param>
    public static IReadOnlyList<string> Describe(ParseResult parsed, IReadOnlyList<string> arguments)
    {
        // A misspelt option makes its value an argument too many, and is the one thing to say.
        if (UnknownCommand(parsed) is { } unknownCommand) return [unknownCommand];
        string[] misspelt = [.. Misspelt(parsed, arguments)];
        if (misspelt.Length > 0) return misspelt;
        if (FileWithoutOption(parsed) is { } file) return [file];
        return [.. parsed.Errors.Select(Describe).Concat(Swallowed(parsed)).Distinct(StringComparer.Ordinal)];
    }

    private static string? UnknownCommand(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (command.Subcommands.Count == 0 || parsed.UnmatchedTokens is not [{ } word, ..] || word.StartsWith('-')) return null;
        string[] names = [.. command.Subcommands.Select(one => one.Name)];
        return NearestName.Find(word, names) is { } nearest
            ? $"'{word}' is no command: did you mean '{nearest}'?"
            : $"'{word}' is no command: there are {string.Join(", ", names)}.";
    }

    /// <summary>Options that there are none of: where several values may follow an option, they would be among these.</summary>
    private static IEnumerable<string> Misspelt(ParseResult parsed, IReadOnlyList<string> arguments)
    {
        var options = OptionsOf(parsed.CommandResult);
        string[] names = [.. options.SelectMany(NamesOf)];
        var all = string.Join(", ", names.Where(name => name.StartsWith("--", StringComparison.Ordinal)));
        foreach (var argument in arguments.TakeWhile(argument => argument != EndOfOptions))
        {
            var name = argument.Split('=', ':')[0];
            if (!LooksLikeAnOption(argument, name) || names.Contains(name, StringComparer.Ordinal)) continue;
            yield return NearestName.Find(name, names.Where(candidate => candidate.Length > 2)) is { } nearest
                ? $"{name}: there is no such option; did you mean {nearest}?"
                : $"{name}: there is no such option; there are {all}.";
        }
    }

    private static bool LooksLikeAnOption(string argument, string name) =>
        (name.Length > 2 && name.StartsWith("--", StringComparison.Ordinal)) || (argument.Length == 2 && argument[0] == '-' && char.IsAsciiLetter(argument[1]));

    /// <summary>A file alone, where commands of other programs take one.</summary>
    private static string? FileWithoutOption(ParseResult parsed)
    {
        var command = parsed.CommandResult.Command;
        if (command.Arguments.Count > 0 || parsed.UnmatchedTokens is not [{ } file, ..] || file.StartsWith('-')) return null;
        return command.Options.FirstOrDefault(option => option is { Name: "--file", Required: true }) is null
            ? null
            : $"{file}: a file is given with -f: registry-operator {command.Name} -f {file}";
    }

    /// <summary>Options that stand where the value of another was due.</summary>
    private static IEnumerable<string> Swallowed(ParseResult parsed)
    {
        string[] names = [.. OptionsOf(parsed.CommandResult).SelectMany(NamesOf)];
        foreach (var result in parsed.CommandResult.Children.OfType<OptionResult>())
        {
            foreach (var value in result.Tokens.Select(token => token.Value).Where(value => names.Contains(value, StringComparer.Ordinal)))
                yield return $"{NameOf(result)}: its value is missing before {value}{Example(result.Option)}.";
        }
    }

    private static string Describe(ParseError error)
    {
        if (error.SymbolResult is not OptionResult result) return error.Message;
        var (name, option) = (NameOf(result), result.Option);
        string[] values = [.. result.Tokens.Select(token => token.Value)];
        if (error.Message.StartsWith(option.Name, StringComparison.Ordinal)) return error.Message;
        if (values.Length == 0) return $"{name}: its value is missing{Example(option)}.";
        // Completions are in the order of the alphabet, and levels have one of their own.
        string[] choices = option.ValueType.IsEnum
            ? Enum.GetNames(option.ValueType)
            : [.. option.GetCompletions(CompletionContext.Empty).Select(choice => choice.Label)];
        if (choices.Length > 0 && values.FirstOrDefault(value => !choices.Contains(value, StringComparer.OrdinalIgnoreCase)) is { } other)
            return $"{name} {other}: expected {Listed.Or(choices)}.";
        if (values.Length > option.Arity.MaximumNumberOfValues) return $"{name} is given {values.Length} times, and may be given once.";
        return option.ValueType == typeof(int)
            ? $"{name} {values[0]}: expected a whole number{Example(option)}."
            : $"{name} {string.Join(' ', values)}: {error.Message}";
    }

    /// <summary>The usual value, else what the help calls it.</summary>
    private static string Example(Option option) => option.HasDefaultValue && option.GetDefaultValue() is { } usual and not bool
        ? $", e.g. {option.Name} {usual}"
        : option.HelpName is { } name ? $": {option.Name} {name}" : "";

    private static string NameOf(OptionResult result) => result.IdentifierToken?.Value ?? result.Option.Name;

    private static IEnumerable<string> NamesOf(Option option) => [option.Name, .. option.Aliases];

    /// <summary>Those of the command, and those that its parents hand down.</summary>
    private static List<Option> OptionsOf(CommandResult command)
    {
        var options = command.Command.Options.ToList();
        for (var parent = command.Parent as CommandResult; parent is not null; parent = parent.Parent as CommandResult)
            options.AddRange(parent.Command.Options.Where(option => option.Recursive));
        return options;
    }
}
