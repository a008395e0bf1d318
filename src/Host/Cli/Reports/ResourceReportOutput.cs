using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Reports;
using RegistryOperator.Reports.Formats;

namespace RegistryOperator.Host.Cli.Reports;

/// <summary>Prints what was found over all images of a resource: a table of all, or a document of one scanner.</summary>
internal sealed class ResourceReportOutput(Terminal terminal, IReportStore store, ScanKinds kinds)
{
    /// <param name="resource">As the user wrote it.</param>
    /// <param name="all">All reports there are.</param>
    /// <param name="wanted">Those that the user wants.</param>
    /// <param name="format">One of <see cref="ReportFormats"/>.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The exit code.</returns>
    /// <exception cref="FormatException">More than one scanner has a document in the format.</exception>
    public async Task<int> PrintAsync(
        string resource, IReadOnlyList<ResourceReport> all, IReadOnlyList<ResourceReport> wanted, string format, CancellationToken cancellationToken)
    {
        if (wanted.Count == 0)
            return StoreCommand.Nothing(terminal, $"There is no such report about all images of {resource}. There are: {Describe(all)}.");
        if (format == ReportFormats.Table)
        {
            await new ReportTable(terminal, store, kinds).WriteAsync(resource, wanted, cancellationToken);
            return ExitCodes.Success;
        }

        var mediaType = ReportFormats.MediaTypeOf(format);
        var having = format == ReportFormats.Sarif
            ? []
            : wanted.Where(report => report.Documents.Any(document => mediaType is null || document.MediaType == mediaType)).ToList();
        if (having.Count > 1)
            throw new FormatException($"{having.Count} reports can be printed as {format}: {Describe(having)}. Choose one with --scanner and --kind.");
        if (having.Count == 0) return StoreCommand.Nothing(terminal, DescribeMissing(wanted, format));
        var documents = await store.ReadDocumentsAsync(having[0].Key, cancellationToken);
        if (documents.FirstOrDefault(document => mediaType is null || document.MediaType == mediaType) is not { } document)
            return StoreCommand.Nothing(terminal, "The report was replaced meanwhile; ask again.");
        // Byte for byte as stored, without a trailing newline.
        terminal.WriteDocument(document.Content.Span);
        return ExitCodes.Success;
    }

    private static string Describe(IReadOnlyList<ResourceReport> reports) =>
        string.Join(", ", reports.Select(report => $"{report.Key.Scanner} ({report.Key.Kind})"));

    private static string DescribeMissing(IReadOnlyList<ResourceReport> reports, string format)
    {
        var there = reports.SelectMany(report => report.Documents.Select(document => $"{document.MediaType} of {report.Key.Scanner}"))
            .Distinct(StringComparer.Ordinal).ToArray();
        return $"No document is stored that can be printed as {format}.{(there.Length == 0 ? "" : $" There are: {string.Join(", ", there)}.")}";
    }
}
