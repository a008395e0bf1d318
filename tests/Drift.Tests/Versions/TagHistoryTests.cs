using System.Globalization;
using System.Numerics;
using System.Text;
using System.Text.RegularExpressions;
using RegistryOperator.Plugins.Drift.Versions;
using RegistryOperator.Tests.Servers;

namespace RegistryOperator.Drift.Tests.Versions;

/// <summary>All tags that large public repositories have had, with the images that they named last.</summary>
public sealed partial class TagHistoryTests
{
    private const int MostChecked = 10;

    [SharedDataTheory]
    [InlineData("nginx", 850)]
    [InlineData("node", 5000)]
    [InlineData("python", 3000)]
    [InlineData("postgres", 1200)]
    [InlineData("golang", 4000)]
    public void NewerThan_EveryFullVersionOfAHistory_IsOfferedTheSameThingLaterAlone(string name, int atLeast)
    {
        var history = new History(name);
        var running = history.Tags.Where(tag => history.Candidates.ShapeOf(tag) is not null && !history.Candidates.IsFloating(tag)).ToArray();

        running.Length.ShouldBeGreaterThan(atLeast);
        foreach (var tag in running)
        {
            var isPreRelease = PreRelease().IsMatch(tag);
            var newer = history.NewerThan(tag).ToArray();
            // The first and the last: what is between them is between them in the order, too.
            foreach (var offered in newer.Take(MostChecked).Concat(newer.TakeLast(MostChecked)))
            {
                var what = $"{tag} -> {offered}";
                Words(offered).ShouldBe(Words(tag), what);
                if (isPreRelease) continue;
                PreRelease().IsMatch(offered).ShouldBeFalse(what);
                Numbers(tag).AsSpan().SequenceCompareTo(Numbers(offered)).ShouldBeLessThan(0, what);
            }
        }
    }

    [SharedDataFact]
    public void NewerThan_FloatingTagsOfHistories_NameTheBestOfTheirShapeAndLine()
    {
        var (right, all) = (0, 0);
        foreach (var name in (string[])["nginx", "node", "python", "postgres", "golang"])
        {
            var history = new History(name);
            var tags = history.Tags.Select(Split).OfType<(string Tag, string Version, string Variant)>().ToArray();
            var versions = tags.Where(tag => tag.Version.Length > 0 && !history.Candidates.IsFloating(tag.Tag)).ToLookup(tag => tag.Variant);
            foreach (var (tag, line, variant) in tags)
            {
                var full = versions[variant].Where(one => line.Length == 0 || one.Version.StartsWith(line + ".", StringComparison.Ordinal))
                    .Select(one => one.Tag).ToArray();
                if (full.Length == 0) continue;
                // Of those with as many numbers as the newest has.
                var running = full.GroupBy(other => other.Count(character => character == '.')).MaxBy(group => group.Max(history.TimeOf))!
                    .MinBy(history.TimeOf)!;
                var best = history.NewerThan(running).FirstOrDefault(full.Contains) ?? running;
                all++;
                if (history.ImageOf(best) == history.ImageOf(tag)) right++;
                else history.TimeOf(tag).ShouldBeLessThan(history.TimeOf(best), $"{name}: {tag} was left behind, for {best}");
            }
        }

        all.ShouldBeGreaterThan(3000);
        ((double)right / all).ShouldBeGreaterThan(0.98, $"{right} of {all}");
    }

    /// <summary>Version and variant of a tag whose variant has no number; for <c>alpine</c> and <c>latest</c>, no version. Null for others.</summary>
    private static (string Tag, string Version, string Variant)? Split(string tag)
    {
        if (tag == "latest") return (tag, "", "");
        var match = Simple().Match(tag);
        if (!match.Success || PreRelease().IsMatch(tag)) return null;
        var variant = match.Groups["variant"].Value;
        return (tag, match.Groups["version"].Value, match.Groups["version"].Length == 0 ? "-" + variant : variant);
    }

    private static string Words(string tag) => Number().Replace(PreRelease().Replace(tag, ""), "#").Replace("#.#.#", "#.#", StringComparison.Ordinal);

    private static BigInteger[] Numbers(string tag) =>
        [.. Number().Matches(tag).Select(number => BigInteger.Parse(number.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture))];

    [GeneratedRegex("^(?<version>[0-9]+([.][0-9]+)*)?(?<variant>[^0-9]*)$", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Simple();

    [GeneratedRegex("-?(rc|beta|alpha|a|b)[.]?[0-9]+|-(rc|beta|alpha)(?![a-z])", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex PreRelease();

    [GeneratedRegex("[0-9]+", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Number();

    /// <summary>Lines of tag, image, and the time at which it came to name it; an image is as old as its latest name.</summary>
    private sealed class History
    {
        private readonly Dictionary<string, (string Image, long Time)> _tags;

        public History(string name)
        {
            var lines = Encoding.UTF8.GetString(TestDocuments.ReadShared($"tag-histories/{name}.tsv.gz"))
                .Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).ToArray();
            var created = lines.ToLookup(line => line[1], line => long.Parse(line[2], CultureInfo.InvariantCulture))
                .ToDictionary(image => image.Key, image => image.Max());
            _tags = lines.ToDictionary(line => line[0], line => (line[1], created[line[1]]), StringComparer.Ordinal);
            Candidates = new Candidates([.. _tags.Keys], TimeProvider.System);
        }

        public Candidates Candidates { get; }

        public IReadOnlyCollection<string> Tags => _tags.Keys;

        public string ImageOf(string tag) => _tags[tag].Image;

        public long TimeOf(string tag) => _tags[tag].Time;

        /// <summary>As the check does, without images created before the one that runs.</summary>
        public IEnumerable<string> NewerThan(string running) =>
            Candidates.NewerThan(running, UpdatePolicy.Default, "shop", CancellationToken.None).Where(tag => TimeOf(tag) >= TimeOf(running));
    }
}
