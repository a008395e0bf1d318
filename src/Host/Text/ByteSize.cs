using System.Globalization;

namespace RegistryOperator.Host.Text;

/// <summary>Bytes for people: <c>512 B</c>, <c>12.5 MiB</c>.</summary>
internal static class ByteSize
{
    private static readonly string[] Units = ["B", "KiB", "MiB", "GiB", "TiB"];

    public static string Format(long bytes)
    {
        double value = bytes;
        var unit = 0;
        while (value >= 1024 && unit < Units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return unit == 0 ? $"{bytes} B" : string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {Units[unit]}");
    }

    /// <summary>With its sign: <c>+12.5 MiB</c>, <c>-3 B</c>.</summary>
    public static string FormatDifference(long bytes) => bytes switch
    {
        0 => "0 B",
        long.MinValue => FormatDifference(-long.MaxValue),
        < 0 => $"-{Format(-bytes)}",
        _ => $"+{Format(bytes)}",
    };
}
