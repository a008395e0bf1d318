using RegistryOperator.Abstractions.Images;

namespace RegistryOperator.Reports.Versions;

/// <summary>A version as numbers and words, whatever stands between them.</summary>
internal static class VersionParts
{
    /// <summary>Sorts of parts, the lowest first: a pre-release comes before the end, everything else after it.</summary>
    internal enum Sort
    {
        PreRelease,
        End,
        Word,
        Number,
    }

    /// <summary>A part.</summary>
    /// <param name="Sort">Its sort.</param>
    /// <param name="Text">Digits or a lower-case word; empty for a pre-release.</param>
    /// <param name="Stage">How near to the release a pre-release is; 0 for all else.</param>
    internal readonly record struct Part(Sort Sort, string Text, int Stage = 0);

    /// <summary>Reads the parts, without zeros that end a run of numbers.</summary>
    public static List<Part> Read(string version)
    {
        var parts = new List<Part>();
        var position = Start(version);
        while (position < version.Length)
        {
            var start = position;
            if (char.IsAsciiDigit(version[position]))
            {
                while (position < version.Length && char.IsAsciiDigit(version[position])) position++;
                parts.Add(new Part(Sort.Number, version[start..position]));
            }
            else if (char.IsLetter(version[position]))
            {
                while (position < version.Length && char.IsLetter(version[position])) position++;
                AddWord(parts, version[start..position].ToLowerInvariant(), position < version.Length && char.IsAsciiDigit(version[position]));
            }
            else
            {
                position++;
            }
        }

        TrimZeros(parts);
        return parts;
    }

    public static int Compare(List<Part> left, List<Part> right)
    {
        var end = new Part(Sort.End, "");
        for (var i = 0; i < Math.Max(left.Count, right.Count); i++)
        {
            Part x = i < left.Count ? left[i] : end, y = i < right.Count ? right[i] : end;
            if (x.Sort != y.Sort) return x.Sort.CompareTo(y.Sort);
            var order = x.Sort switch
            {
                Sort.Number => PackageVersions.CompareDigits(x.Text, y.Text),
                Sort.PreRelease => x.Stage.CompareTo(y.Stage),
                _ => string.CompareOrdinal(x.Text, y.Text),
            };
            if (order != 0) return order;
        }

        return 0;
    }

    /// <summary><c>v1.2</c> and <c>go1.2</c> are <c>1.2</c>.</summary>
    private static int Start(string version)
    {
        var letters = version switch
        {
            ['v' or 'V', ..] => 1,
            ['g', 'o', ..] => 2,
            _ => 0,
        };
        return letters < version.Length && char.IsAsciiDigit(version[letters]) ? letters : 0;
    }

    private static void AddWord(List<Part> parts, string word, bool isBeforeDigit)
    {
        var stage = word switch
        {
            // A letter alone is a patch, as in OpenSSL's 1.1.1k; with a number it is a pre-release, as in Python's 1.0a1.
            [var letter] => isBeforeDigit ? PreReleaseWords.StageOfLetter(letter) : 0,
            // A word of tags alone.
            "next" => 0,
            _ => PreReleaseWords.StageOf(word),
        };
        if (word is "final" or "ga" or "release") return;
        parts.Add(stage > 0 ? new Part(Sort.PreRelease, "", stage) : new Part(Sort.Word, word));
    }

    private static void TrimZeros(List<Part> parts)
    {
        for (var i = parts.Count - 1; i >= 0; i--)
        {
            var isLastNumber = i + 1 == parts.Count || parts[i + 1].Sort != Sort.Number;
            if (isLastNumber && parts[i].Sort == Sort.Number && parts[i].Text.AsSpan().TrimStart('0').Length == 0) parts.RemoveAt(i);
        }
    }
}
