using System.Text.Json;
using RegistryOperator.Abstractions.Vulnerabilities;
using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.Trivy.Documents;

/// <summary>
/// Reads a JSON report of schema 2 (<see href="https://trivy.dev/latest/docs/configuration/reporting/#json"/>) in one pass over its bytes; one
/// vulnerability at a time is deserialised; packages and all other content are skipped.
/// </summary>
internal sealed class TrivyReportReader
{
    private const int SupportedSchema = 2;
    private const string OperatingSystemPackages = "os-pkgs";

    private readonly List<Vulnerability> _vulnerabilities = [];
    private readonly SharedTexts _shared = new();
    private OperatingSystemRelease? _operatingSystem;
    private int? _schema;
    private bool _hasResults;

    private TrivyReportReader()
    {
    }

    /// <summary>Reads a report.</summary>
    /// <exception cref="TrivyReportException">It is not a Trivy report, is truncated, or has another schema.</exception>
    public static TrivyReport Read(ReadOnlySpan<byte> content)
    {
        var reader = new TrivyReportReader();
        try
        {
            reader.ReadReport(content);
        }
        catch (Exception exception) when (JsonText.IsFault(exception))
        {
            var what = exception.Message.Split(" Path:", 2)[0].Split(" LineNumber:", 2)[0];
            throw new TrivyReportException($"Trivy's report is not the JSON expected: {Position(exception)}{what}", exception);
        }

        return new TrivyReport { Vulnerabilities = reader._vulnerabilities, OperatingSystem = reader._operatingSystem, HasResults = reader._hasResults };
    }

    private void ReadReport(ReadOnlySpan<byte> content)
    {
        if (content.IsEmpty) throw new TrivyReportException("Trivy's report is empty.");
        var json = new Utf8JsonReader(content);
        json.Read();
        if (json.TokenType is JsonTokenType.StartArray)
            throw new TrivyReportException("Trivy's report is a list, the form of Trivy before 0.20: use Trivy 0.20 or newer.");
        if (json.TokenType is not JsonTokenType.StartObject) throw new TrivyReportException("Trivy's report is not a JSON object.");
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("SchemaVersion")) ReadSchema(ref json);
            else if (json.ValueTextEquals("Metadata")) ReadMetadata(ref json);
            else if (json.ValueTextEquals("Results")) ReadResults(ref json);
            else json.Skip();
        }

        // What follows the object must be nothing but white space: the reader throws where it is more.
        while (json.Read())
        {
        }

        if (_schema is null)
            throw new TrivyReportException($"Trivy's report has no SchemaVersion: expected {SupportedSchema}, as 'trivy image --format json' writes it.");
    }

    private void ReadSchema(ref Utf8JsonReader json)
    {
        json.Read();
        _schema = json.TokenType is JsonTokenType.Number && json.TryGetInt32(out var schema) ? schema : null;
        if (_schema != SupportedSchema)
        {
            throw new TrivyReportException($"Trivy's report is of schema {_schema?.ToString() ?? "unknown"}, only {SupportedSchema} is supported: " +
                $"use a Trivy from 0.20 on whose reports have SchemaVersion {SupportedSchema}.");
        }
    }

    private void ReadMetadata(ref Utf8JsonReader json)
    {
        json.Read();
        if (JsonSerializer.Deserialize(ref json, TrivyJson.Default.TrivyMetadata)?.OperatingSystem is { Family: { Length: > 0 } family } system)
            _operatingSystem = new OperatingSystemRelease(family, system.Name ?? "", system.IsEndOfLife);
    }

    private void ReadResults(ref Utf8JsonReader json)
    {
        if (!EnterArray(ref json)) return;
        while (json.Read() && json.TokenType is JsonTokenType.StartObject) ReadResult(ref json);
        ExpectEnd(json.TokenType, "Results");
    }

    private void ReadResult(ref Utf8JsonReader json)
    {
        string? target = null;
        string? type = null;
        var (isOfSystem, hasPackages) = (false, false);
        var start = _vulnerabilities.Count;
        while (json.Read() && json.TokenType is JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("Target")) target = ReadText(ref json);
            else if (json.ValueTextEquals("Type")) type = ReadText(ref json);
            else if (json.ValueTextEquals("Class")) isOfSystem = ReadText(ref json) == OperatingSystemPackages;
            else if (json.ValueTextEquals("Packages")) hasPackages = SkipArray(ref json);
            else if (json.ValueTextEquals("Vulnerabilities")) ReadVulnerabilities(ref json, target, type);
            else json.Skip();
        }

        // Of an image without a package database, Trivy names the operating system all the same, as a result without packages.
        _hasResults |= !isOfSystem || hasPackages || _vulnerabilities.Count > start;
        // Trivy writes target and type first, but JSON has no order.
        for (var index = start; index < _vulnerabilities.Count; index++)
        {
            var vulnerability = _vulnerabilities[index];
            if (vulnerability.Target != target || vulnerability.PackageType is null)
                _vulnerabilities[index] = vulnerability with { Target = target, PackageType = PackageTypes.Find(vulnerability.PackageUrl, type) };
        }
    }

    private void ReadVulnerabilities(ref Utf8JsonReader json, string? target, string? type)
    {
        if (!EnterArray(ref json)) return;
        while (json.Read() && json.TokenType is JsonTokenType.StartObject)
            _vulnerabilities.Add(Convert(JsonSerializer.Deserialize(ref json, TrivyJson.Default.TrivyVulnerability)!, target, type));
        ExpectEnd(json.TokenType, "Vulnerabilities");
    }

    private Vulnerability Convert(TrivyVulnerability found, string? target, string? type)
    {
        if (string.IsNullOrEmpty(found.VulnerabilityID))
            throw new TrivyReportException($"Trivy's report has a vulnerability without VulnerabilityID, in '{target}'.");
        if (string.IsNullOrEmpty(found.PkgName)) throw new TrivyReportException($"Trivy's report has {found.VulnerabilityID} without PkgName, in '{target}'.");
        var (score, vector) = CvssChoice.Choose(found);
        var packageUrl = Present(found.PkgIdentifier?.PackageUrl);
        return _shared.Share(new Vulnerability
        {
            Id = found.VulnerabilityID,
            Severity = ParseSeverity(found.Severity),
            Package = found.PkgName,
            InstalledVersion = found.InstalledVersion ?? "",
            FixedVersion = Present(found.FixedVersion),
            Status = Present(found.Status),
            PackageUrl = packageUrl,
            PackageType = PackageTypes.Find(packageUrl, type),
            PackagePath = Present(found.PkgPath),
            Target = target,
            LayerDigest = Present(found.Layer?.Digest),
            Title = Present(found.Title),
            Description = Present(found.Description),
            CvssScore = score,
            CvssVector = Present(vector),
            PrimaryUrl = Present(found.PrimaryURL),
            References = found.References ?? [],
            Weaknesses = found.CweIDs ?? [],
            Published = found.PublishedDate,
            Modified = found.LastModifiedDate,
        });
    }

    private static Severity ParseSeverity(string? text) => text?.ToUpperInvariant() switch
    {
        "CRITICAL" => Severity.Critical,
        "HIGH" => Severity.High,
        "MEDIUM" => Severity.Medium,
        "LOW" => Severity.Low,
        _ => Severity.Unknown,
    };

    private static string? Present(string? text) => string.IsNullOrEmpty(text) ? null : text;

    private static string? ReadText(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType is JsonTokenType.String) return json.GetString();
        json.Skip();
        return null;
    }

    // Trivy writes null for an empty list.
    /// <summary>Skips a list; true where it has an entry.</summary>
    private static bool SkipArray(ref Utf8JsonReader json)
    {
        if (!EnterArray(ref json)) return false;
        var hasEntry = false;
        while (json.Read() && json.TokenType is not JsonTokenType.EndArray)
        {
            hasEntry = true;
            json.Skip();
        }

        return hasEntry;
    }

    private static bool EnterArray(ref Utf8JsonReader json)
    {
        json.Read();
        if (json.TokenType is JsonTokenType.Null) return false;
        return json.TokenType is JsonTokenType.StartArray ? true : throw new JsonException("A list was expected.");
    }

    private static void ExpectEnd(JsonTokenType token, string name)
    {
        if (token is not JsonTokenType.EndArray) throw new JsonException($"An entry of {name} is no object.");
    }

    private static string Position(Exception exception) =>
        exception is JsonException { LineNumber: { } line, BytePositionInLine: { } column } ? $"line {line + 1}, byte {column + 1}: " : "";
}
