using RegistryOperator.Abstractions.Sboms;

namespace RegistryOperator.Sboms.Documents;

/// <summary>Detects the format of a document by members of its top level.</summary>
internal static class FormatDetector
{
    /// <summary>The message for SPDX 3.</summary>
    public const string Spdx3 = "The document is SPDX 3 JSON-LD, which is not supported: save it as SPDX 2.3 JSON.";

    private const string SpdxTagValue = "The document is SPDX tag-value, which is not supported: save it as SPDX 2.3 JSON.";
    private const string Xml = "The document is XML, which is not supported: save it as SPDX 2.3 JSON or CycloneDX JSON.";
    private const string Empty = "The document is empty.";

    /// <summary>The media type of the detected format; null where none is detected.</summary>
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
                // Only Syft's documents have it; `artifacts` alone is also in Grype's.
                if (cursor.Is("artifactRelationships"u8)) return SbomMediaTypes.SyftJson;
                cursor.Skip();
            }
        }
        catch (SbomFormatException)
        {
            // Invalid JSON has no format.
        }

        return null;
    }

    /// <summary>Refuses a document that is plainly not JSON, and says what to do.</summary>
    /// <exception cref="SbomFormatException">The document is empty, XML or SPDX tag-value.</exception>
    public static void CheckIsJson(ReadOnlySpan<byte> content)
    {
        var start = content.TrimStart(" \t\r\n"u8);
        if (start.IsEmpty) throw new SbomFormatException(Empty);
        if (start[0] == (byte)'<') throw new SbomFormatException(Xml);
        if (start.StartsWith("SPDXVersion:"u8) || start[0] == (byte)'#') throw new SbomFormatException(SpdxTagValue);
    }

    /// <summary>The error for a document of another format.</summary>
    public static SbomFormatException Missing(string format, string mark, ReadOnlySpan<byte> content)
    {
        var found = Detect(content) is { } mediaType
            ? $"it looks like {mediaType}"
            : "it looks like no SBOM that is known (Syft JSON, SPDX 2 JSON, CycloneDX JSON)";
        return new SbomFormatException($"The document is no {format}: it has no {mark} at its top level; {found}.");
    }

    /// <summary>The error where no format is detected: where the JSON is invalid, or which members are expected.</summary>
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
