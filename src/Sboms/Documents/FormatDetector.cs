using RegistryOperator.Abstractions.Sboms;

namespace RegistryOperator.Sboms.Documents;

/// <summary>By what a document shows which format it is in.</summary>
internal static class FormatDetector
{
    /// <summary>What the user reads of SPDX 3.</summary>
    public const string Spdx3 = "The document is SPDX 3 JSON-LD, which is not supported: save it as SPDX 2.3 JSON.";

    private const string SpdxTagValue = "The document is SPDX tag-value, which is not supported: save it as SPDX 2.3 JSON.";
    private const string Xml = "The document is XML, which is not supported: save it as SPDX 2.3 JSON or CycloneDX JSON.";
    private const string Empty = "The document is empty.";

    /// <summary>The media type by the document's own marks; null where it has none.</summary>
    public static string? Detect(ReadOnlySpan<byte> content)
    {
        var cursor = new JsonCursor(content, "JSON");
        try
        {
            cursor.Start();
            if (!cursor.EnterObject()) return null;
            while (cursor.NextMember())
            {
                if (cursor.Is("bomFormat"u8)) return cursor.Text() == "CycloneDX" ? SbomMediaTypes.CycloneDxJson : null;
                // SPDX 3 has the same media type as 2; reading it gives the error that says so.
                if (cursor.Is("spdxVersion"u8)) return SbomMediaTypes.SpdxJson;
                if (cursor.Is("@context"u8)) return IsSpdxContext(ref cursor) ? SbomMediaTypes.SpdxJson : null;
                // No other tool's documents have it; `artifacts` alone would also be a Grype ignore list's.
                if (cursor.Is("artifactRelationships"u8)) return SbomMediaTypes.SyftJson;
                cursor.Skip();
            }
        }
        catch (SbomFormatException)
        {
            // Broken JSON has no marks.
        }

        return null;
    }

    /// <summary>Refuses what is plainly no JSON, with a word on what to do.</summary>
    /// <exception cref="SbomFormatException">The document is empty, XML or SPDX tag-value.</exception>
    public static void CheckIsJson(ReadOnlySpan<byte> content)
    {
        var start = content.TrimStart(" \t\r\n"u8);
        if (start.IsEmpty) throw new SbomFormatException(Empty);
        if (start[0] == (byte)'<') throw new SbomFormatException(Xml);
        if (start.StartsWith("SPDXVersion:"u8) || start[0] == (byte)'#') throw new SbomFormatException(SpdxTagValue);
    }

    /// <summary>The error for a document of another kind.</summary>
    public static SbomFormatException Missing(string format, string mark, ReadOnlySpan<byte> content)
    {
        var found = Detect(content) is { } mediaType
            ? $"it looks like {mediaType}"
            : "it looks like no SBOM that is known (Syft JSON, SPDX 2 JSON, CycloneDX JSON)";
        return new SbomFormatException($"The document is no {format}: it has no {mark} at its top level; {found}.");
    }

    /// <summary>The error for a document without marks: where it is broken, or which marks there are.</summary>
    public static SbomFormatException None(ReadOnlySpan<byte> content)
    {
        var cursor = new JsonCursor(content, "JSON");
        try
        {
            cursor.Start();
            cursor.Skip();
            cursor.End();
            return new SbomFormatException(
                "The document is no SBOM that is known: it has none of 'artifactRelationships' (Syft JSON), 'spdxVersion' (SPDX 2 JSON) " +
                "and 'bomFormat' (CycloneDX JSON) at its top level.");
        }
        catch (SbomFormatException broken)
        {
            return broken;
        }
    }

    private static bool IsSpdxContext(ref JsonCursor cursor)
    {
        cursor.ToValue();
        return cursor.IsText && cursor.Text()?.Contains("spdx.org", StringComparison.OrdinalIgnoreCase) == true;
    }
}
