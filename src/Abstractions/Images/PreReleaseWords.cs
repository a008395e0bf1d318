namespace RegistryOperator.Abstractions.Images;

/// <summary>The words that mark a version as a pre-release.</summary>
public static class PreReleaseWords
{
    /// <summary>The stage of a word of several letters, ascending towards the release from 1; 0 where it is not a pre-release word. Ignores case.</summary>
    public static int StageOf(ReadOnlySpan<char> word)
    {
        foreach (var (known, stage) in Words)
        {
            if (word.Equals(known, StringComparison.OrdinalIgnoreCase)) return stage;
        }

        return 0;
    }

    /// <summary>The same for the letters that stand for such words: <c>a</c>, <c>b</c>, <c>m</c> (milestone) and <c>c</c> (candidate).</summary>
    public static int StageOfLetter(char letter) => char.ToLowerInvariant(letter) switch
    {
        'a' => Alpha,
        'b' => Beta,
        'm' => Milestone,
        'c' => Candidate,
        _ => 0,
    };

    private const int Development = 1;
    private const int Alpha = 2;
    private const int Beta = 3;
    private const int Milestone = 4;
    private const int Candidate = 5;
    private const int Snapshot = 6;

    private static readonly (string Word, int Stage)[] Words =
    [
        ("dev", Development), ("nightly", Development), ("canary", Development), ("next", Development),
        ("alpha", Alpha),
        ("beta", Beta),
        ("milestone", Milestone),
        ("rc", Candidate), ("cr", Candidate), ("pre", Candidate), ("preview", Candidate), ("ea", Candidate),
        ("snapshot", Snapshot),
    ];
}
