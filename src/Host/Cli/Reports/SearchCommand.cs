using System.CommandLine;
using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Reports.Search;

namespace RegistryOperator.Host.Cli.Reports;

/// <summary><c>registry-operator search</c>: which images, and which running workloads, have a package or a vulnerability.</summary>
internal static class SearchCommand
{
    private const string Table = "table";

    public static Command Create(Terminal terminal)
    {
        var query = new Argument<string>("QUERY")
        {
            Description = "PACKAGE, PACKAGE@VERSION, \"PACKAGE@>=1.2 <2\" (comparisons that all hold, in the order of the package's type), " +
                "or the id of a vulnerability: CVE-…, GHSA-….",
        };
        var output = OutputOption.Of(Table, OutputOption.Json);
        var data = new DataOptions();
        var command = new Command(
            "search",
            "Find the images and running workloads that have a package or a vulnerability. " +
            "Exit code: 0 found, 1 nothing found, 2 bad input.") { query, output };
        data.AddTo(command);
        command.SetAction((parsed, cancellationToken) => StoreCommand.RunAsync(terminal, async () =>
        {
            await using var store = await data.OpenAsync(parsed, cancellationToken);
            var hits = await SearchQuery.RunAsync(store, parsed.GetRequiredValue(query), cancellationToken);
            // JSON output is a list even where it is empty.
            if (parsed.GetRequiredValue(output) == OutputOption.Json) terminal.WriteDocument(JsonDocumentText.Of(SearchJson.Write(hits)));
            if (hits.Count == 0)
            {
                var asked = parsed.GetRequiredValue(query);
                var there = await SearchQuery.ExplainNothingAsync(store, asked, cancellationToken);
                return StoreCommand.Nothing(terminal, $"No image with a report has {asked}. {there}".TrimEnd());
            }

            if (parsed.GetRequiredValue(output) == Table) SearchTable.Write(terminal, hits);
            return ExitCodes.Success;
        }));
        return command;
    }
}
