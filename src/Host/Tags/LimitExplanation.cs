using System.Globalization;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Registry.Spec;

namespace RegistryOperator.Host.Tags;

/// <summary>A choice as it is told: what stands in it, and for which other tags.</summary>
/// <param name="Tags">The tags that are kept, in order.</param>
/// <param name="StandIn">The kept tag of the same image as another tag; null for none.</param>
internal sealed record ToldChoice(IReadOnlyList<string> Tags, Func<string, string?> StandIn)
{
    public static ToldChoice Of(ImageChoice choice)
    {
        string? StandIn(string tag) => choice.Images.FirstOrDefault(image => image.OtherTags.Contains(tag, StringComparer.Ordinal))?.Tag.Tag;
        return new ToldChoice([.. choice.Images.Select(image => image.Tag.Tag)], StandIn);
    }
}

/// <summary>Says whether the limit leaves a candidate in.</summary>
/// <param name="spec">What the resource asks for.</param>
/// <param name="candidates">The tags that are chosen from.</param>
internal sealed class LimitExplanation(RegistrySpec spec, IReadOnlyList<string> candidates)
{
    private readonly string _sortBy = spec.EffectiveSortBy;
    private readonly int _limit = spec.EffectiveTagLimit;

    private string Order => _sortBy switch
    {
        TagOrders.Newest => "by time of creation, the newest first",
        TagOrders.Oldest => "by time of creation, the oldest first",
        TagOrders.Version => "by version, the highest first",
        _ => "by name",
    };

    /// <summary>Of a tag whose image is kept under another one.</summary>
    public static Decision OtherTagOf(string standIn) => Decision.Stop(
        "OtherTag", $"It names the same image as {standIn}, under which the image is shown (otherTags): each image is kept once.");

    /// <summary>The tag's place, and what the limit makes of it.</summary>
    /// <param name="tag">The candidate.</param>
    /// <param name="choice">What is kept; null where that is not known.</param>
    public IEnumerable<DecisionStep> Explain(string tag, ToldChoice? choice)
    {
        var place = choice?.Tags.Index().FirstOrDefault(one => one.Item == tag) is (var index, not null) ? index + 1 : (int?)null;
        var told = Decision.Tell(
            place is null ? "Sorted" : "Placed", place is null ? $"Images are sorted {Order}." : $"Place {place} of {candidates.Count} {Order}.");
        // A range of versions is an order, too, where none is written.
        yield return new DecisionStep("place", _sortBy == TagOrders.Version && spec.TagFilter?.SortBy != TagOrders.Version
            ? told.By("spec.tagFilter.versions", spec.TagFilter?.Versions)
            : told.By("spec.tagFilter.sortBy", _sortBy));
        yield return new DecisionStep(
            "limit", ExplainLimit(tag, place, choice).By("spec.tagFilter.limit", _limit.ToString(CultureInfo.InvariantCulture)));
    }

    private Decision ExplainLimit(string tag, int? place, ToldChoice? choice)
    {
        if (_limit <= 0) return Decision.Pass("WithinLimit", "Without a limit all candidates are kept.");
        if (place is null && choice?.StandIn(tag) is { } standIn) return OtherTagOf(standIn);
        if (_limit >= candidates.Count) return Decision.Pass("WithinLimit", $"There are {candidates.Count} candidates, no more than the limit.");
        if (choice is null) return Decision.Wait("NotKnown", $"{candidates.Count} candidates are more than the limit, and their order is not known.");
        if (place is not null) return Decision.Pass("WithinLimit", $"Place {place} is within the limit.");
        return ImageSelector.IsLeftOutAsFloating(tag, candidates, _sortBy, _limit)
            ? Decision.Stop("FloatingTag", "The tag moves from release to release; full versions that it stands for are candidates, and count instead.")
            : Decision.Stop("BeyondLimit", $"Other candidates come first: the last one kept is {(choice.Tags is [.., var last] ? last : "none")}.");
    }
}
