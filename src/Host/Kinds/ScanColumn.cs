using RegistryOperator.Host.Registry.Status;
using RegistryOperator.Host.Text;

namespace RegistryOperator.Host.Kinds;

/// <summary>A column of the table of images.</summary>
/// <param name="Header">Its heading.</param>
/// <param name="CellOf">The cell of an image. A reason stands as a word; its sentence follows the table once.</param>
internal sealed record ScanColumn(string Header, Func<ImageStatus, TerminalText> CellOf)
{
    /// <summary>The suffix of a result that is old, for the given reason.</summary>
    public static string Suffix(string? reason) => reason is null ? "" : $" ({reason})";
}
