using System.IO.Compression;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Reports;
using RegistryOperator.Reports.Formats;
using RegistryOperator.Reports.Search;

namespace RegistryOperator.Host.Web;

/// <summary>
/// <c>/api/v1/reports/{digest}</c> (which reports there are), <c>/api/v1/reports/{digest}/{scanner}</c> (a document) and
/// <c>/api/v1/search?q=</c>. The digest is a platform's or an index's; of an index, <c>?platform=</c> picks one, and
/// <c>?registry=</c> one of several registries that have it.
/// </summary>
internal static class ReportEndpoints
{
    private const string Prefix = "/api/v1";
    private const string JsonType = "application/json";

    private static readonly ScanKinds Kinds = ScanKinds.Create();

    /// <param name="routes">Where they are added.</param>
    /// <param name="store">The reports; null while they can't be read yet.</param>
    /// <returns>The group of all of them, e.g. for restricting access.</returns>
    public static RouteGroupBuilder MapReports(this IEndpointRouteBuilder routes, Func<IReportStore?> store)
    {
        var reports = routes.MapGroup(Prefix);
        reports.MapRead("/reports/{digest}", context => AnswerAsync(context, store, ListAsync));
        reports.MapRead("/reports/{digest}/{scanner}", context => AnswerAsync(context, store, ReadAsync));
        reports.MapRead("/search", context => AnswerAsync(context, store, SearchAsync));
        return reports;
    }

    private static Task AnswerAsync(HttpContext context, Func<IReportStore?> store, Func<HttpContext, IReportStore, Task> answer) => context.AnswerAsync(
        store(), "The report store is not open yet: it is checked at start, which takes a while where it is large. Ask again.", answer);

    private static async Task ListAsync(HttpContext context, IReportStore store)
    {
        var reports = await FindAsync(context, store);
        if (reports.Count == 0)
        {
            await ReportProblem.WriteAsync(
                context, StatusCodes.Status404NotFound,
                $"There is no report about {Value(context, "digest")}: it was not scanned yet, or its reports were deleted.");
            return;
        }

        var entries = new List<ReportEntry>(reports.Count);
        foreach (var report in reports)
        {
            var verdict = Kinds.Of(report.Report.Key.Kind).ReadVerdict(report.Report);
            entries.Add(ReportEntry.Create(report, verdict, await store.ListDocumentsAsync(report.Report.Key, context.RequestAborted)));
        }

        await context.WriteTextAsync(ReportEntry.Write(entries), JsonType);
    }

    private static async Task ReadAsync(HttpContext context, IReportStore store)
    {
        var all = await FindAsync(context, store);
        var scanner = Value(context, "scanner");
        var kind = Query(context, "kind");
        var reports = all.Where(report => report.Report.Key.Scanner == scanner && (kind is null || report.Report.Key.Kind == new ScannerKind(kind))).ToList();
        var format = Query(context, "format");
        if (format is not (null or ReportFormats.Sarif or ReportFormats.CycloneDx or ReportFormats.Spdx))
            throw new FormatException($"format={format}: there are sarif, cyclonedx and spdx; without it, the scanner's own document is given.");

        if (reports is not [var report])
        {
            var existing = all.Count == 0 ? "none" : ReportChoice.Describe(all);
            await (reports.Count == 0
                ? ReportProblem.WriteAsync(
                    context, StatusCodes.Status404NotFound,
                    $"There is no such report of {scanner} about {Value(context, "digest")}. There are: {existing}.")
                : ReportProblem.WriteAsync(
                    context, StatusCodes.Status409Conflict,
                    $"{reports.Count} reports fit: {ReportChoice.Describe(reports)}. Choose one with ?kind=, ?platform= or ?registry=."));
            return;
        }

        if (format == ReportFormats.Sarif && ReportFormats.HasSarif(report.Report))
        {
            var sarif = SarifWriter.Write(report, await store.ReadVulnerabilitiesAsync(report.Report.Key, context.RequestAborted));
            if (IsUnchanged(context, Digest.Compute(sarif).ToString())) return;
            context.Response.ContentType = SarifWriter.MediaType;
            context.Response.ContentLength = sarif.Length;
            await context.Response.Body.WriteAsync(sarif, context.RequestAborted);
            return;
        }

        var mediaType = format is null ? null : ReportFormats.MediaTypeOf(format);
        var document = format == ReportFormats.Sarif
            ? null
            : (await store.ListDocumentsAsync(report.Report.Key, context.RequestAborted))
                .FirstOrDefault(one => mediaType is null || one.MediaType == mediaType);
        if (document is null)
        {
            await ReportProblem.WriteAsync(
                context, StatusCodes.Status404NotFound,
                await ReportFormats.DescribeMissingAsync(store, reports, format ?? ReportFormats.Json, context.RequestAborted));
        }
        else
        {
            await SendAsync(context, store, document);
        }
    }

    private static async Task SearchAsync(HttpContext context, IReportStore store)
    {
        var query = Query(context, "q")
            ?? throw new FormatException("Say what to search for: /api/v1/search?q=PACKAGE, PACKAGE@VERSION or the id of a vulnerability.");
        var hits = await SearchQuery.RunAsync(store, query, context.RequestAborted);
        await context.WriteTextAsync(SearchJson.Write(hits), JsonType);
    }

    private static async Task<IReadOnlyList<LocatedReport>> FindAsync(HttpContext context, IReportStore store)
    {
        var name = Value(context, "digest");
        if (!Digest.TryParse(name, out _)) throw new FormatException($"'{name}' is not a digest: expected sha256: and 64 hexadecimal digits in lower case.");
        var targets = await ReportLookup.FindTargetsAsync(store, name, context.RequestAborted);
        if (Query(context, "platform") is { } platform) targets = [.. targets.Where(target => ReportLookup.IsPlatform(target.Platform, platform))];
        var reports = await ReportLookup.FindReportsAsync(store, targets, context.RequestAborted);
        return Query(context, "registry") is { } registry ? [.. reports.Where(report => ReportLookup.IsRegistry(report.Report.Key, registry))] : reports;
    }

    /// <summary>Sends a document as stored where the client accepts its content coding, decompressed otherwise.</summary>
    private static async Task SendAsync(HttpContext context, IReportStore store, StoredDocument document)
    {
        context.Response.Headers.Vary = HeaderNames.AcceptEncoding;
        var asStored = Accepts(context.Request.Headers.AcceptEncoding, StoredDocument.ContentCoding);
        // Each coding is a representation with a tag of its own (https://www.rfc-editor.org/rfc/rfc9110#section-8.8.3.3).
        if (IsUnchanged(context, asStored ? $"{document.Digest}-{StoredDocument.ContentCoding}" : document.Digest.ToString())) return;
        if (await store.ReadStoredDocumentAsync(document.Digest, context.RequestAborted) is not { } stored)
        {
            await ReportProblem.WriteAsync(context, StatusCodes.Status404NotFound, "The report was replaced meanwhile; ask again.");
            return;
        }

        context.Response.ContentType = document.MediaType;
        context.Response.ContentLength = asStored ? stored.Length : document.Size;
        if (asStored)
        {
            context.Response.Headers.ContentEncoding = StoredDocument.ContentCoding;
            await context.Response.Body.WriteAsync(stored, context.RequestAborted);
            return;
        }

        using var compressed = new MemoryStream(stored.ToArray(), writable: false);
        await using var brotli = new BrotliStream(compressed, CompressionMode.Decompress);
        await brotli.CopyToAsync(context.Response.Body, context.RequestAborted);
    }

    private static bool IsUnchanged(HttpContext context, string tag)
    {
        var current = new EntityTagHeaderValue($"\"{tag}\"");
        context.Response.Headers.ETag = current.ToString();
        var known = context.Request.GetTypedHeaders().IfNoneMatch;
        var isUnchanged = known is not null && known.Any(one => one.Equals(EntityTagHeaderValue.Any) || one.Compare(current, useStrongComparison: false));
        if (isUnchanged) context.Response.StatusCode = StatusCodes.Status304NotModified;
        return isUnchanged;
    }

    private static bool Accepts(StringValues header, string coding) =>
        StringWithQualityHeaderValue.TryParseList([.. header.OfType<string>()], out var codings)
        && codings.Any(one => one.Value.Equals(coding, StringComparison.OrdinalIgnoreCase) && one.Quality is null or > 0);

    private static string Value(HttpContext context, string name) => context.Request.RouteValues[name] as string ?? "";

    private static string? Query(HttpContext context, string name) => context.Request.Query[name].ToString() is { Length: > 0 } value ? value : null;
}
