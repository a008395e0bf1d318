using RegistryOperator.Abstractions.Images;

namespace RegistryOperator.Plugins.Drift.Versions;

/// <summary>What the words and numbers of tags mean.</summary>
internal static class TagWords
{
    /// <summary>A single number of this many digits or more is a date, a time stamp or a build number, and no version.</summary>
    public const int BuildNumberDigits = 6;

    /// <summary>The numbers after these are a distribution's version, which may move with a release.</summary>
    private static readonly HashSet<string> Bases = new(StringComparer.OrdinalIgnoreCase)
    {
        "alpine", "debian", "deb", "ubuntu", "ubi", "el", "rhel", "centos", "rocky", "rockylinux", "alma", "almalinux", "fedora", "fc", "ol", "oraclelinux",
        "photon", "amazonlinux", "amzn", "al", "opensuse", "leap", "sles", "bci", "wolfi", "mariner", "azurelinux", "busybox",
    };

    /// <summary>The numbers after these count builds of one version.</summary>
    private static readonly HashSet<string> Builds = new(StringComparer.OrdinalIgnoreCase)
    {
        "r", "ls", "build", "bld", "b", "p", "pl", "patch", "rev", "revision", "u", "update", "rel", "release", "t", "n", "hotfix", "post", "deb",
    };

    /// <summary>Builds that come again and again and become no release: no step of a release's way, as alpha and beta are.</summary>
    private static readonly HashSet<string> Recurring = new(StringComparer.OrdinalIgnoreCase) { "nightly", "canary", "snapshot" };

    /// <summary>Architectures that stand before a version: <c>arm64v8-1.2.3</c>.</summary>
    private static readonly string[] Architectures =
    [
        "arm64v8", "arm32v7", "arm32v6", "arm32v5", "arm64", "aarch64", "armhf", "armv7", "armv6", "amd64", "x86_64", "x86-64", "x64", "i386", "i686", "386",
        "ppc64le", "s390x", "riscv64", "mips64le",
    ];

    public static bool IsBase(string word) => Bases.Contains(word);

    public static bool IsBuild(string word) => Builds.Contains(word);

    public static bool IsRecurring(string word) => Recurring.Contains(word);

    /// <summary>True where a pre-release's word names the same series as another's, or a step on the same way to the release.</summary>
    public static bool IsSameSeries(string word, string other) =>
        string.Equals(word, other, StringComparison.OrdinalIgnoreCase) || !(IsRecurring(word) || IsRecurring(other));

    /// <summary>How many characters at the beginning name an architecture, its separator included; 0 for none.</summary>
    public static int ArchitectureLength(string tag)
    {
        foreach (var architecture in Architectures)
        {
            var length = architecture.Length;
            if (tag.Length > length + 1 && IsSeparator(tag[length]) && tag.StartsWith(architecture, StringComparison.OrdinalIgnoreCase)) return length + 1;
        }

        return 0;
    }

    public static bool IsSeparator(char character) => character is '-' or '_' or '.';

    /// <summary>True for <c>yyyyMMdd</c>, alone or with the time behind it.</summary>
    public static bool IsDate(ReadOnlySpan<char> digits) =>
        digits.Length is 8 or 10 or 12 or 14 && IsDay(digits[..4], digits[4..6], digits[6..8])
        && (digits.Length == 8 || (digits[8..10].CompareTo("24", StringComparison.Ordinal) < 0
            && (digits.Length == 10 || digits[10..12].CompareTo("60", StringComparison.Ordinal) < 0)));

    public static bool IsDay(ReadOnlySpan<char> year, ReadOnlySpan<char> month, ReadOnlySpan<char> day) =>
        year.Length == 4 && month.Length == 2 && day.Length == 2 && IsYear(year)
        && int.TryParse(month, out var number) && number is >= 1 and <= 12
        && int.TryParse(day, out number) && number is >= 1 and <= 31;

    /// <summary>True for a year in which an image may have been made.</summary>
    public static bool IsYear(ReadOnlySpan<char> digits) => digits.Length == 4 && int.TryParse(digits, out var year) && year is >= 1990 and <= 2099;

    /// <summary>The stage of a pre-release's word, ascending towards the release; 0 where it is none.</summary>
    /// <param name="word">The word.</param>
    /// <param name="isNumbered">True where a number follows: <c>b2</c> is a beta, <c>b</c> is a variant.</param>
    public static int StageOf(string word, bool isNumbered)
    {
        if (word.Length == 1) return isNumbered && word[0] is not ('c' or 'C') ? PreReleaseWords.StageOfLetter(word[0]) : 0;
        // 'dev' alone is an image with a shell or a compiler in it.
        return isNumbered || !word.Equals("dev", StringComparison.OrdinalIgnoreCase) ? PreReleaseWords.StageOf(word) : 0;
    }
}
