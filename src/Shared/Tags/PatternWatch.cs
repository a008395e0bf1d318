using System.Text.RegularExpressions;
using RegistryOperator.Abstractions.Images;

namespace RegistryOperator.Shared;

/// <summary>
/// Bounds the time that a resource's patterns take over all tags. Each match is linear in the tag, but as many times slower as the pattern has states, of
/// which counted repetitions make thousands; and a registry may list a million tags.
/// </summary>
/// <param name="field">Who wrote the patterns, for the error: a field or an annotation.</param>
/// <param name="tags">How many tags there are.</param>
/// <param name="time">Measures how long the patterns take.</param>
/// <param name="used">What was taken of the time before.</param>
internal sealed class PatternWatch(string field, int tags, TimeProvider time, TimeSpan used = default)
{
    /// <summary>For a tag, five times what a pattern of usual size takes.</summary>
    private static readonly TimeSpan PerTag = TimeSpan.FromMicroseconds(10);

    private static readonly TimeSpan AtLeast = TimeSpan.FromSeconds(1);

    private readonly TimeSpan _limit = LimitOf(tags);
    private readonly long _begin = time.GetTimestamp();

    /// <summary>What is taken of the time by now.</summary>
    public TimeSpan Elapsed => used + time.GetElapsedTime(_begin);

    /// <summary>The time for so many tags.</summary>
    public static TimeSpan LimitOf(int tags) => AtLeast + (tags * PerTag);

    /// <summary>Whether the tag matches.</summary>
    /// <exception cref="SlowPatternException">The time is over.</exception>
    public bool IsMatch(Regex pattern, string tag)
    {
        try
        {
            if (!IsOver) return pattern.IsMatch(tag);
        }
        catch (RegexMatchTimeoutException)
        {
            // One tag alone has taken longer than any should.
        }

        throw Slow();
    }

    /// <summary>Whether the tag spells a version of the range, which may have hundreds of alternatives.</summary>
    /// <exception cref="SlowPatternException">The time is over.</exception>
    public bool Contains(VersionRange range, string tag) => IsOver ? throw Slow() : range.Contains(tag);

    /// <summary>Whether the range has the version, in any variant where it names none.</summary>
    /// <exception cref="SlowPatternException">The time is over.</exception>
    public bool ContainsRelease(VersionRange range, TagVersion version) => IsOver ? throw Slow() : range.ContainsRelease(version);

    private bool IsOver => Elapsed > _limit;

    private SlowPatternException Slow()
    {
        return new SlowPatternException(
            $"{field}: the patterns took more than {_limit.TotalSeconds:0.#} s over {tags} tags. " +
            "Write simpler ones, without repetitions of repetitions.");
    }
}

/// <summary>Patterns take more time than a resource may use.</summary>
internal sealed class SlowPatternException(string message) : Exception(message)
{
    /// <summary>What is told where that is so with one tag alone.</summary>
    public const string OfOneTag = "spec.tagFilter: a pattern takes more than a second for this tag. Write a simpler one, without repetitions of repetitions.";
}
