using System.Text;
using System.Text.RegularExpressions;
using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Tags;
using RegistryOperator.Host.Tests.Images;
using RegistryOperator.Tests.Servers;

namespace RegistryOperator.Host.Tests.Tags;

/// <summary>Choosing among all tags that large public repositories have had: what is chosen, and for how many reads.</summary>
public class TagHistoryTests
{
    [SharedDataTheory]
    [InlineData("nginx", 40)]
    [InlineData("node", 60)]
    [InlineData("python", 60)]
    [InlineData("postgres", 60)]
    [InlineData("golang", 60)]
    public async Task Select_NewestOfAHistory_IsRightForFewReads(string name, int mostPulls)
    {
        var history = Read(name);
        foreach (var include in (string[])["", "^[0-9]", "-alpine$", "alpine", "slim|perl", "bookworm", "^[0-9.]+$", "^1|^3|^2"])
        {
            var pattern = new Regex(include, RegexOptions.NonBacktracking);
            var tags = history.Where(tag => pattern.IsMatch(tag.Tag)).ToArray();
            if (tags.Length == 0) continue;
            foreach (var limit in (int[])[1, 3, 10])
            {
                var repository = new RepositoryOfHistory(tags);
                var chosen = await repository.SelectAsync(TagOrders.Newest, limit);

                var what = $"{name} {include} {limit}: {string.Join(' ', chosen.Select(tag => tag.Tag))}";
                var newest = tags.GroupBy(tag => tag.Image).Select(image => image.Max(tag => tag.Time)).OrderDescending().Take(limit).ToArray();
                chosen.Length.ShouldBe(newest.Length, what);
                chosen.Min(tag => tag.Time).ShouldBeGreaterThanOrEqualTo(newest.Min(), what);
                chosen.Select(tag => tag.Image).ShouldBeUnique(what);
                (repository.Reads + chosen.Length).ShouldBeLessThanOrEqualTo(mostPulls, what);
            }
        }
    }

    private static HistoricTag[] Read(string name)
    {
        using var reader = new StreamReader(new MemoryStream(TestDocuments.ReadShared($"tag-histories/{name}.tsv.gz")));
        var tags = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split('\t')).ToArray();
        var times = tags.ToLookup(tag => tag[1], tag => long.Parse(tag[2]));
        return [.. tags.Select(tag => new HistoricTag(tag[0], tag[1], times[tag[1]].Max()))];
    }
}

/// <summary>A tag, the image that it names, and when that was created.</summary>
internal sealed record HistoricTag(string Tag, string Image, long Time);

/// <summary>A repository whose indexes say when they were created: each read of a new digest is a pull, a HEAD is none.</summary>
internal sealed class RepositoryOfHistory(IReadOnlyList<HistoricTag> tags)
{
    private readonly Dictionary<string, HistoricTag> _tags = tags.ToDictionary(tag => tag.Tag, StringComparer.Ordinal);
    private readonly HashSet<string> _read = new(StringComparer.Ordinal);

    /// <summary>Manifests that were read to choose.</summary>
    public int Reads { get; private set; }

    public async Task<HistoricTag[]> SelectAsync(string sortBy, int limit)
    {
        var reads = new ImageReads(
            wanted => Task.FromResult(wanted.Select(tag => Image(tag) with { Details = SampleDetails.Image(TimeOf(tag)) }).ToArray()),
            wanted => Task.FromResult(wanted.Select(Date).ToArray()));
        var choice = await ImageSelector.SelectAsync([.. _tags.Keys], sortBy, limit, reads);
        return [.. choice.Images.Select(image => _tags[image.Tag.Tag])];
    }

    private InspectedImage Date(WantedTag wanted)
    {
        if (_read.Add(_tags[wanted.Tag.Tag].Image) || !wanted.MayBeAlias) Reads++;
        return Image(wanted.Tag);
    }

    private InspectedImage Image(VersionedTag tag)
    {
        var digest = Digest.Compute(Encoding.UTF8.GetBytes(_tags[tag.Tag].Image));
        return new InspectedImage(tag) { Digest = digest, LastKnown = new KnownImage(digest, null, null) { Created = TimeOf(tag) } };
    }

    private DateTimeOffset TimeOf(VersionedTag tag) => DateTimeOffset.FromUnixTimeSeconds(_tags[tag.Tag].Time);
}
