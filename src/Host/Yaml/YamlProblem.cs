using System.Runtime.InteropServices;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Yaml;

/// <summary>A place in a file, counted from 1.</summary>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct YamlPosition(int Line, int Column)
{
    public static YamlPosition Start { get; } = new(1, 1);
}

/// <summary>Something the user should know about a file: an error, or a notice about what is not used.</summary>
/// <param name="File">The file's name as the user gave it.</param>
/// <param name="Line">Counted from 1; 0 where it is about the file itself.</param>
/// <param name="Column">Counted from 1.</param>
/// <param name="Message">What is wrong and what to do.</param>
internal sealed record YamlProblem(string File, int Line, int Column, string Message)
{
    /// <summary>What is wrong and what to do; what the file says in it is cleaned and cut.</summary>
    public string Message { get; init; } = OutsideText.Of(Message);

    /// <summary>A problem of the file itself, which no place in it has.</summary>
    public static YamlProblem OfFile(string file, string message) => new(file, 0, 0, message);

    /// <summary>The form that editors and CI systems turn into a link.</summary>
    public override string ToString() => Line > 0 ? $"{File}:{Line}:{Column}: {Message}" : $"{File}: {Message}";
}
