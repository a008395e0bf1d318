using System.Globalization;
using System.Numerics;
using RegistryOperator.Abstractions.Images;

namespace RegistryOperator.Plugins.Drift.Versions;

/// <summary>What the words and numbers of tags mean.</summary>
internal static class TagWords
{
    /// <summary>A single number of this many digits or more is a date, a time stamp or a build number, and no version.</summary>
    public const int BuildNumberDigits = 6;

    private const char OldestDebian = '6';
    private const string K3s = "k3s";

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
        "ga", "q", "k3s", "rancher", "hardened", "eks", "eksbuild", "gke", "gmp", "vmware", "ce", "ee",
    };

    /// <summary>The numbers before or after these name a language, a runtime or a platform, of which each version is a thing of its own.</summary>
    private static readonly HashSet<string> Runtimes = new(StringComparer.OrdinalIgnoreCase)
    {
        "php", "python", "py", "java", "jdk", "jre", "jvm", "node", "nodejs", "ruby", "go", "golang", "dotnet", "net", "aspnet", "scala", "otp", "erlang",
        "elixir", "perl", "lua", "gcc", "llvm", "clang", "cuda", "cudnn", "rocm", "pg", "postgres", "postgresql", "mysql", "hadoop", "spark", "ltsc", "sac",
        "windowsservercore", "servercore", "nanoserver", "jp", "springboot", "microprofile",
    };

    /// <summary>Before a version, and part of it.</summary>
    private static readonly HashSet<string> VersionWords = new(StringComparer.OrdinalIgnoreCase) { "v", "ver", "version", "r", "rel", "release", "b", "build" };

    /// <summary>The numbers after these are those of proposed changes: each is another one.</summary>
    private static readonly HashSet<string> Branches = new(StringComparer.OrdinalIgnoreCase)
    {
        "pr", "prs", "pull", "mr", "request", "pullrequest", "issue", "issues",
    };

    /// <summary>Behind a version, these name what is newest of it.</summary>
    private static readonly HashSet<string> Channels = new(StringComparer.OrdinalIgnoreCase) { "latest", "head", "main", "master", "rolling", "x" };

    /// <summary>Builds that come again and again and become no release: no step of a release's way, as alpha and beta are.</summary>
    private static readonly HashSet<string> Recurring = new(StringComparer.OrdinalIgnoreCase) { "nightly", "canary", "snapshot" };

    /// <summary>Architectures: <c>arm64v8-1.2.3</c>.</summary>
    private static readonly string[] Architectures =
    [
        "arm64v8", "arm32v7", "arm32v6", "arm32v5", "arm64", "aarch64", "armhf", "armv7", "armv6", "amd64", "x86_64", "x86-64", "x64", "i386", "i686", "386",
        "ppc64le", "s390x", "riscv64", "mips64le",
    ];

    public static bool IsBase(string word) => Bases.Contains(word);

    /// <summary>True for a distribution's version. Debian's small numbers are older than images: <c>v1.16.2-debian-1.1</c> counts builds.</summary>
    public static bool IsBaseVersion(string word, string digits) =>
        IsBase(word) && !(word.Equals("debian", StringComparison.OrdinalIgnoreCase) && digits is [< OldestDebian]);

    public static bool IsRuntime(string word) => Runtimes.Contains(word);

    public static bool IsVersionWord(string word) => VersionWords.Contains(word);

    public static bool IsBranch(string word) => Branches.Contains(word);

    public static bool IsChannel(string word) => Channels.Contains(word);

    /// <summary>'CU10' is a cumulative update; 'cu121' is a version of CUDA.</summary>
    public static bool IsBuild(string word) => Builds.Contains(word) || word == "CU";

    /// <summary>The word of a counter that has a digit of its own: <c>k3s</c> of <c>k3s1</c>.</summary>
    public static string? CounterAt(ReadOnlySpan<char> part) =>
        part.StartsWith(K3s, StringComparison.OrdinalIgnoreCase) && part.Length > K3s.Length && char.IsAsciiDigit(part[K3s.Length]) ? K3s : null;

    public static bool IsRecurring(string word) => Recurring.Contains(word);

    /// <summary>True where a pre-release's word names the same series as another's, or a step on the same way to the release.</summary>
    public static bool IsSameSeries(string word, string other) =>
        string.Equals(word, other, StringComparison.OrdinalIgnoreCase) || !(IsRecurring(word) || IsRecurring(other));

    /// <summary>How many characters name an architecture there; 0 for none.</summary>
    public static int ArchitectureLength(string tag, int start)
    {
        foreach (var architecture in Architectures)
        {
            var end = start + architecture.Length;
            if (end > tag.Length || (end < tag.Length && !IsSeparator(tag[end]))) continue;
            // 'build-386' is a build.
            if (end == tag.Length && char.IsAsciiDigit(architecture[0])) continue;
            if (tag.AsSpan(start, architecture.Length).Equals(architecture, StringComparison.OrdinalIgnoreCase)) return architecture.Length;
        }

        return 0;
    }

    /// <summary>The digits that begin there.</summary>
    public static ReadOnlySpan<char> DigitsAt(string tag, int position)
    {
        var rest = tag.AsSpan(position);
        var length = rest.IndexOfAnyExceptInRange('0', '9');
        return length < 0 ? rest : rest[..length];
    }

    /// <summary>Where the part that begins there ends.</summary>
    public static int EndOfPart(string tag, int position)
    {
        while (position < tag.Length && !IsSeparator(tag[position])) position++;
        return position;
    }

    public static BigInteger Parse(ReadOnlySpan<char> digits) => BigInteger.Parse(digits, NumberStyles.None, CultureInfo.InvariantCulture);

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
