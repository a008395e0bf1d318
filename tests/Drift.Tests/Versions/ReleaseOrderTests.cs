using System.Text.RegularExpressions;
using CsCheck;
using RegistryOperator.Plugins.Drift.Versions;
using RegistryOperator.Shared;

namespace RegistryOperator.Drift.Tests.Versions;

/// <summary>The order of tags, over tags as people write them.</summary>
public sealed class ReleaseOrderTests
{
    private static readonly CommitHashes Commits = new([]);
    private static readonly Gen<string> Number = Gen.Int[0, 12].Select(number => $"{number}");
    private static readonly Gen<string> Version = Number.List[1, 4].Select(numbers => string.Join('.', numbers));
    private static readonly Gen<string> Suffix = Gen.OneOf(
        Gen.Const(""), OneOf("rc", "-rc.", "-beta", "a", "b", "-M").Select(Number, (word, number) => word + number),
        OneOf("-alpine3.", "-debian-", "-r", "-ls", "-php8.", "_", "-", "-slim-bookworm", "-7f3a9c", "-2024013")
            .Select(Number, (word, number) => word + number));

    private static readonly Gen<string> Tag = OneOf("", "v", "release-", "arm64v8-").Select(Version, Suffix, Suffix,
        (prefix, version, first, second) => prefix + version + first + second);

    private static readonly Regex Any = new(".", RegexOptions.NonBacktracking);

    private static ShapedTag? Read(string tag) => TagReader.Read(tag, Commits);

    private static Gen<string> OneOf(params string[] words) => Gen.Int[0, words.Length - 1].Select(index => words[index]);

    [Fact]
    public void Read_AnyText_NeverThrows() =>
        Gen.Char["abrcvT0123456789.-_#@ \u00e9"].Array[0, 40].Select(characters => new string(characters)).Sample(text => { Read(text); });

    [Fact]
    public void Compare_AnyThree_IsATotalOrder() => Gen.Select(Tag, Tag, Tag).Sample((first, second, third) =>
    {
        if (Read(first) is not { } a || Read(second) is not { } b || Read(third) is not { } c) return true;
        var order = ReleaseOrder.Instance;
        var isAntisymmetric = Math.Sign(order.Compare(a, b)) == -Math.Sign(order.Compare(b, a)) && (order.Compare(a, b) == 0) == (first == second);
        ShapedTag[] sorted = [.. new[] { a, b, c }.Order(order)];
        return isAntisymmetric && order.Compare(sorted[0], sorted[2]) <= 0 && order.Compare(sorted[0], sorted[1]) <= 0
            && order.Compare(sorted[1], sorted[2]) <= 0;
    });

    [Fact]
    public void NewerThan_AnyTags_GivesTheShapeAndNoPreReleaseToAStableOne() => Gen.Select(Tag, Tag.List[1, 20]).Sample((running, tags) =>
    {
        var newer = new Candidates([running, .. tags], TimeProvider.System).NewerThan(running, UpdatePolicy.Default, "shop", CancellationToken.None);
        if (Read(running) is not { } current) return newer.Count == 0;
        var read = newer.Select(tag => Read(tag)!).ToArray();
        return read.All(tag => tag.HasShapeOf(current) && tag.CompareReleaseTo(current) > 0 && tag.KeepsBaseOf(current))
            && read.All(tag => current.IsPreRelease || !tag.IsPreRelease)
            && newer.All(tag => !new Candidates([running, tag], TimeProvider.System)
                .NewerThan(tag, UpdatePolicy.Default, "shop", CancellationToken.None).Contains(running));
    });

    [Fact]
    public void Step_AnyTags_AreThoseThatBeginWithTheSameNumbers() => Gen.Select(Tag, Tag.List[1, 30], Gen.Bool).Sample((running, tags, isAlphabetical) =>
    {
        var policy = new UpdatePolicy { Step = isAlphabetical ? UpdateStep.Alphabetical : UpdateStep.Major, Pattern = isAlphabetical ? Any : null };
        var newer = new Candidates([running, .. tags], TimeProvider.System).NewerThan(running, policy, "shop", CancellationToken.None);
        if (Read(running) is not { } current) return newer.Numbers is null;
        return newer.Numbers == current.Numbers.Count && Enumerable.Range(0, current.Numbers.Count + 1).All(same => newer.Step(same).SequenceEqual(
            newer.Where(tag => Read(tag) is not { } shaped || shaped.Numbers.Take(same).SequenceEqual(current.Numbers.Take(same)))));
    });
}
