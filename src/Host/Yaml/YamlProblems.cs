using System.Collections;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Yaml;

/// <summary>
/// The problems of files, up to a number for each: a file of ten million characters can have as many. A file that is full need not be read further.
/// </summary>
internal sealed class YamlProblems : IReadOnlyList<YamlProblem>
{
    /// <summary>Characters of a message, which may quote a file.</summary>
    private const int MessageLength = 500;

    private const string More = " (the file has more problems, which are not listed)";

    private readonly List<YamlProblem> _listed = [];
    private readonly Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    /// <summary>How many are listed.</summary>
    public int Count => _listed.Count;

    /// <summary>How many there were, also those that are not listed.</summary>
    public int Total { get; private set; }

    public YamlProblem this[int index] => _listed[index];

    public void Add(YamlProblem problem)
    {
        Total++;
        var count = _counts[problem.File] = _counts.GetValueOrDefault(problem.File) + 1;
        if (count <= YamlLimits.Problems)
        {
            _listed.Add(problem.Message.Length <= MessageLength ? problem : problem with { Message = OutsideText.Of(problem.Message, MessageLength) });
            return;
        }

        if (count > YamlLimits.Problems + 1) return;
        var last = _listed.FindLastIndex(listed => listed.File == problem.File);
        _listed[last] = _listed[last] with { Message = _listed[last].Message + More };
    }

    /// <summary>True where no more problems of the file are listed.</summary>
    public bool IsFull(string file) => _counts.GetValueOrDefault(file) > YamlLimits.Problems;

    public IEnumerator<YamlProblem> GetEnumerator() => _listed.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
