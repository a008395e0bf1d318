using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Sboms.CycloneDx;
using RegistryOperator.Sboms.Documents;
using RegistryOperator.Sboms.Spdx;
using RegistryOperator.Sboms.Syft;

namespace RegistryOperator.Sboms;

/// <summary>
/// Reads SBOM documents: Syft JSON, SPDX 2.2 and 2.3 JSON, and CycloneDX JSON from 1.2. A document is read in one pass, without a tree in memory.
/// </summary>
public static class SbomReader
{
    private const string JsonMediaType = "application/json";

    /// <summary>Reads a document.</summary>
    /// <param name="mediaType">
    /// One of <see cref="SbomMediaTypes"/>, with or without parameters; for <c>application/json</c> the format is detected.
    /// </param>
    /// <param name="content">The document, UTF-8.</param>
    /// <exception cref="SbomFormatException">The document is invalid or of another format; the message says what is wrong, where, and what to do.</exception>
    public static Sbom Read(string mediaType, ReadOnlyMemory<byte> content)
    {
        ArgumentNullException.ThrowIfNull(mediaType);
        var document = WithoutByteOrderMark(content.Span);
        FormatDetector.CheckIsJson(document);
        var essence = Essence(mediaType);
        if (essence == JsonMediaType) essence = FormatDetector.Detect(document) ?? essence;
        return essence switch
        {
            SbomMediaTypes.SyftJson => SyftJsonReader.Read(document),
            SbomMediaTypes.SpdxJson => SpdxJsonReader.Read(document),
            SbomMediaTypes.CycloneDxJson => CycloneDxJsonReader.Read(document),
            JsonMediaType => throw FormatDetector.None(document),
            _ => throw new SbomFormatException(
                $"Documents of media type '{mediaType}' can't be read: " +
                $"{SbomMediaTypes.SyftJson}, {SbomMediaTypes.SpdxJson} and {SbomMediaTypes.CycloneDxJson} can."),
        };
    }

    /// <summary>The media type of the detected format; null where none is detected.</summary>
    public static string? Detect(ReadOnlyMemory<byte> content) => FormatDetector.Detect(WithoutByteOrderMark(content.Span));

    private static string Essence(string mediaType)
    {
        var parameters = mediaType.IndexOf(';');
        var essence = (parameters < 0 ? mediaType : mediaType[..parameters]).Trim();
        string[] known = [SbomMediaTypes.SyftJson, SbomMediaTypes.SpdxJson, SbomMediaTypes.CycloneDxJson, JsonMediaType];
        return Array.Find(known, candidate => candidate.Equals(essence, StringComparison.OrdinalIgnoreCase)) ?? essence;
    }

    private static ReadOnlySpan<byte> WithoutByteOrderMark(ReadOnlySpan<byte> content) =>
        content.StartsWith("\uFEFF"u8) ? content[3..] : content;
}
