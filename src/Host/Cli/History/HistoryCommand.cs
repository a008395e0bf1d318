using System.CommandLine;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Cli.Reports;
using RegistryOperator.Reports.Search;

namespace RegistryOperator.Host.Cli.History;

/// <summary><c>registry-operator history</c>: what the tags of a repository have named, and from when to when.</summary>
internal static class HistoryCommand
{
    private const string Table = "table";

    public static Command Create(Terminal terminal)
    {
        var asked = new Argument<string>("REPOSITORY[:TAG]")
        {
            Description = "A repository, with or without the registry's host, or one of its tags. NAMESPACE/NAME of a Registry stands for its repository.",
        };
        var output = OutputOption.Of(Table, OutputOption.Json);
        var data = new DataOptions();
        var command = new Command(
            "history",
            "Print what the tags of a repository have named, as scans have seen it: those that changed last first. " +
            "Exit code: 0 found, 1 nothing is known, 2 bad input.") { asked, output };
        data.AddTo(command);
        command.SetAction((parsed, cancellationToken) => StoreCommand.RunAsync(terminal, async () =>
        {
            var text = parsed.GetRequiredValue(asked);
            TransportNames.RefuseInLookUp(text);
            var (repository, tag) = Split(text);
            await using var store = await data.OpenAsync(parsed, cancellationToken);
            var tags = await store.FindTagHistoryAsync(repository, tag, cancellationToken);
            if (parsed.GetRequiredValue(output) == OutputOption.Json) terminal.WriteDocument(JsonDocumentText.Of(HistoryJson.Write(tags)));
            if (tags.Count == 0)
            {
                var known = await KnownNames.DescribeAsync(store, repository, tag, cancellationToken);
                return StoreCommand.Nothing(terminal, $"No scan has seen {text}. {known}".TrimEnd());
            }

            if (parsed.GetRequiredValue(output) == Table) HistoryTable.Write(terminal, tags);
            return ExitCodes.Success;
        }));
        return command;
    }

    /// <exception cref="FormatException">It names no repository.</exception>
    internal static (string Repository, string? Tag) Split(string text)
    {
        var (repository, tag) = ImageName.SplitTag(text);
        if (repository.Length == 0 || tag is "" || text.Contains('@', StringComparison.Ordinal) || text.Any(char.IsWhiteSpace))
            throw new FormatException($"'{text}' is no REPOSITORY or REPOSITORY:TAG; write e.g. team/app, registry.example.com/team/app or team/app:1.0.");
        return (repository, tag);
    }
}
