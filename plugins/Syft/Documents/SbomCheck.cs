using System.Text.Json;
using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.Syft.Documents;

/// <summary>Checks in one pass that Syft's output is one whole document of the format asked for, and counts its packages.</summary>
internal static class SbomCheck
{
    // The depth of what stands in the document's own object, and in an entry of one of its lists.
    private const int DocumentDepth = 1;
    private const int EntryDepth = 2;
    private const int EntryPropertyDepth = 3;

    /// <summary>The number of packages: neither files, nor the operating system, nor the image itself.</summary>
    /// <exception cref="ScanException">
    /// The output is cut, no JSON, or another document. <see cref="ScanReasons.Failed"/>, since Syft is at fault:
    /// <see cref="ScanReasons.InvalidContent"/> blames the image.
    /// </exception>
    public static int CountPackages(ReadOnlySpan<byte> content, string format)
    {
        var shape = SbomShape.Of(format);
        try
        {
            var (count, isMarked) = Count(content, shape);
            return isMarked
                ? count
                : throw new ScanException(ScanReasons.Failed,
                    $"Syft wrote JSON that is no {format} document ('{shape.MarkName}' is missing or another): check its version.");
        }
        catch (Exception exception) when (JsonText.IsFault(exception))
        {
            throw new ScanException(ScanReasons.Failed, $"Syft's output is not one whole {format} document: {exception.Message}", exception);
        }
    }

    private static (int Count, bool IsMarked) Count(ReadOnlySpan<byte> content, SbomShape shape)
    {
        var reader = new Utf8JsonReader(content);
        var (count, isMarked, isInList, isPackage) = (0, false, false, false);
        while (reader.Read())
        {
            switch (reader.TokenType, reader.CurrentDepth)
            {
                case (JsonTokenType.PropertyName, DocumentDepth):
                    isInList = reader.ValueTextEquals(shape.ListName);
                    var mayMark = reader.ValueTextEquals(shape.MarkName);
                    reader.Read();
                    isMarked |= mayMark && shape.IsMark(ref reader);
                    isInList &= reader.TokenType is JsonTokenType.StartArray;
                    break;
                case (JsonTokenType.StartObject, EntryDepth) when isInList:
                    isPackage = true;
                    break;
                case (JsonTokenType.PropertyName, EntryPropertyDepth) when isInList && reader.ValueTextEquals(shape.TypeName):
                    reader.Read();
                    isPackage &= !shape.IsNoPackage(ref reader);
                    break;
                case (JsonTokenType.EndObject, EntryDepth) when isInList && isPackage:
                    count++;
                    break;
            }
        }

        return (count, isMarked);
    }
}

/// <summary>By what a format is known, and where it lists its packages.</summary>
/// <param name="MarkName">The property of the document that only this format has.</param>
/// <param name="MarkStart">How its text begins; null for an object.</param>
/// <param name="ListName">The list that holds the packages, perhaps among others.</param>
/// <param name="TypeName">The property of an entry that has its type.</param>
/// <param name="OtherStarts">How that property's text begins for what is no package.</param>
internal sealed record SbomShape(string MarkName, string? MarkStart, string ListName, string TypeName, string[] OtherStarts)
{
    private static readonly SbomShape SyftJson = new("schema", MarkStart: null, "artifacts", "type", []);

    // Syft describes the image itself as a package of the document.
    private static readonly SbomShape SpdxJson = new("spdxVersion", "SPDX-", "packages", "SPDXID", ["SPDXRef-DocumentRoot-"]);
    private static readonly SbomShape CycloneDxJson = new("bomFormat", "CycloneDX", "components", "type", ["file", "operating-system"]);

    /// <summary>The shape of a format.</summary>
    public static SbomShape Of(string format) => format switch
    {
        SbomFormat.SpdxJson => SpdxJson,
        SbomFormat.CycloneDxJson => CycloneDxJson,
        _ => SyftJson,
    };

    /// <summary>True where the value read is this format's mark.</summary>
    public bool IsMark(ref Utf8JsonReader reader) =>
        MarkStart is null
            ? reader.TokenType is JsonTokenType.StartObject
            : reader.TokenType is JsonTokenType.String && reader.GetString()!.StartsWith(MarkStart, StringComparison.Ordinal);

    /// <summary>True where the value read says that the entry is no package.</summary>
    public bool IsNoPackage(ref Utf8JsonReader reader)
    {
        if (OtherStarts.Length == 0 || reader.TokenType is not JsonTokenType.String) return false;
        var text = reader.GetString()!;
        return Array.Exists(OtherStarts, start => text.StartsWith(start, StringComparison.Ordinal));
    }
}
