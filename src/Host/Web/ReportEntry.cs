using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using RegistryOperator.Host.Kinds;
using RegistryOperator.Reports;
using RegistryOperator.Reports.Search;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Web;

/// <summary>A report in the list of an image's reports.</summary>
internal sealed record ReportEntry
{
    public required string Digest { get; init; }

    public string? Platform { get; init; }

    public required string Kind { get; init; }

    public required string Scanner { get; init; }

    /// <summary>The registry that has the manifest, as an origin; null where it was not recorded, or where the report serves all registries.</summary>
    public string? Registry { get; init; }

    /// <summary>The repository's URL where the report depends on what is kept there; null where it holds for the registry.</summary>
    public string? Repository { get; init; }

    public required DateTimeOffset Created { get; init; }

    public required string Method { get; init; }

    public required string Result { get; init; }

    /// <summary><c>Passed</c> or <c>Failed</c>; null where it judges nothing.</summary>
    public string? Verdict { get; init; }

    /// <summary>A few figures; null for none.</summary>
    public IReadOnlyDictionary<string, double>? Figures { get; init; }

    public required string ScannerVersion { get; init; }

    public string? ToolVersion { get; init; }

    public string? DatabaseVersion { get; init; }

    public required IReadOnlyList<DocumentEntry> Documents { get; init; }

    public static ReportEntry Create(LocatedReport report, ResultVerdict? verdict, IReadOnlyList<StoredDocument> documents) => new()
    {
        Digest = report.Target.Digest.ToString(),
        Platform = report.Target.Platform,
        Kind = report.Report.Key.Kind.Name,
        Scanner = report.Report.Key.Scanner,
        Registry = report.Report.Key.Registry is "" or ReportKey.AnyRegistry ? null : report.Report.Key.Registry,
        Repository = report.Report.Key.Repository is { Length: > 0 } repository ? repository : null,
        Created = report.Report.Created,
        Method = report.Report.Method,
        Result = report.Report.Result,
        Verdict = verdict?.Word,
        Figures = verdict?.Figures is { Count: > 0 } figures ? figures : null,
        ScannerVersion = report.Report.Versions.Scanner,
        ToolVersion = report.Report.Versions.Tool,
        DatabaseVersion = report.Report.Versions.Database,
        Documents = [.. documents.Select(document => new DocumentEntry(document.MediaType, document.Digest.ToString(), document.Size))],
    };

    public static string Write(IReadOnlyList<ReportEntry> entries) => JsonSerializer.Serialize(entries, ReportWebJson.Readable.IReadOnlyListReportEntry);
}

/// <summary>A document of a report, without its content.</summary>
internal sealed record DocumentEntry(string MediaType, string Digest, long Size);

/// <summary>An error as problem details (<see href="https://www.rfc-editor.org/rfc/rfc9457"/>).</summary>
internal sealed record ReportProblem(string Title, int Status, string Detail)
{
    private const string MediaType = "application/problem+json";

    public static Task WriteAsync(HttpContext context, int status, string detail)
    {
        context.Response.StatusCode = status;
        var problem = new ReportProblem(ReasonPhrases.GetReasonPhrase(status), status, OutsideText.Of(detail));
        return context.WriteTextAsync(JsonSerializer.Serialize(problem, ReportWebJson.Readable.ReportProblem), MediaType);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<ReportEntry>))]
[JsonSerializable(typeof(ReportProblem))]
internal sealed partial class ReportWebJsonContext : JsonSerializerContext;

internal static class ReportWebJson
{
    /// <summary>Without escapes that only HTML needs.</summary>
    public static ReportWebJsonContext Readable { get; } =
        new(new JsonSerializerOptions(ReportWebJsonContext.Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
}
