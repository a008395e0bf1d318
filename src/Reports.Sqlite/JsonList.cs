using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.Data.Sqlite;

namespace RegistryOperator.Reports.Sqlite;

/// <summary>Lists in one value: for SQLite's <c>json_each</c>, and for columns that are never searched.</summary>
internal static partial class JsonList
{
    public static string Write(IEnumerable<string> values) => JsonSerializer.Serialize([.. values], TextsContext.Default.StringArray);

    public static string Write(IEnumerable<long> values) => "[" + string.Join(',', values.Select(value => value.ToString(CultureInfo.InvariantCulture))) + "]";

    public static string[] Read(string json) => json == "[]" ? [] : JsonSerializer.Deserialize(json, TextsContext.Default.StringArray) ?? [];

    /// <summary>A text that may be missing.</summary>
    public static string? GetStringOrNull(this SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    [JsonSerializable(typeof(string[]))]
    private sealed partial class TextsContext : JsonSerializerContext;
}
