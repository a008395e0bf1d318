using System.Text.RegularExpressions;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Rounds;
using RegistryOperator.Host.Tags;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Explanations;

/// <summary>Explains whether a tag is chosen: listed, not filtered, within the limit.</summary>
/// <param name="resource">What is asked for, and the last status.</param>
/// <param name="last">What the last round knew.</param>
/// <param name="known">What it knew of images, by tag.</param>
/// <param name="time">The clock.</param>
internal sealed class TagExplainer(RegistryResource resource, LastRound last, IReadOnlyDictionary<string, KnownImage> known, TimeProvider time)
{
    private readonly RegistrySpec _spec = resource.Spec;

    /// <param name="tag">The tag.</param>
    /// <param name="tags">All tags of the repository; null where they are not known.</param>
    /// <param name="pool">Reads images; null where the registry is not asked.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The choice, and the image where it was read for it.</returns>
    public async Task<(DecisionStep Choice, InspectedImage? Image)> ExplainAsync(
        string tag, IReadOnlyList<string>? tags, InspectionPool? pool, CancellationToken cancellationToken)
    {
        var steps = new List<DecisionStep>();
        if (tags is not null)
        {
            var isListed = tags.Contains(tag, StringComparer.Ordinal);
            steps.Add(new DecisionStep("listed", isListed
                ? Decision.Pass("Listed", "The repository has the tag.")
                : Decision.Stop("NotListed", "The repository has no such tag: it was never pushed, or deleted.")));
            if (!isListed) return (Chosen(tag, steps), null);
        }

        IReadOnlyList<string>? candidates;
        try
        {
            var filter = TagFilter.Of(_spec.TagFilter);
            steps.AddRange(filter.Explain(tag));
            if (filter.Judge(tag) is not TagVerdict.Candidate) return (Chosen(tag, steps), null);
            candidates = tags is null ? null : filter.Select(tags, time, cancellationToken).Tags;
        }
        catch (Exception slow) when (slow is SlowPatternException or RegexMatchTimeoutException)
        {
            var message = slow is SlowPatternException ? slow.Message : SlowPatternException.OfOneTag;
            steps.Add(new DecisionStep("filter", Decision.Wait(ScanReasons.TimedOut, message)));
            return (Chosen(tag, steps), null);
        }

        if (candidates is null)
        {
            steps.Add(ExplainLast(tag));
            return (Chosen(tag, steps), null);
        }

        var (chosen, image) = await ChooseAsync(tag, candidates, pool, cancellationToken);
        steps.AddRange(new LimitExplanation(_spec, candidates).Explain(tag, chosen));
        return (Chosen(tag, steps), image);
    }

    /// <summary>The choice as far as that can be told without reading images that it does not need.</summary>
    private async Task<(ToldChoice? Choice, InspectedImage? Image)> ChooseAsync(
        string tag, IReadOnlyList<string> candidates, InspectionPool? pool, CancellationToken cancellationToken)
    {
        var (sortBy, limit) = (_spec.EffectiveSortBy, _spec.EffectiveTagLimit);
        if (sortBy == TagOrders.Alphabetical || (sortBy == TagOrders.Version && limit <= 0))
        {
            var named = await ImageSelector.SelectAsync(candidates, sortBy, limit, new ImageReads(
                wanted => Task.FromResult(wanted.Select(one => new InspectedImage(one)).ToArray()),
                wanted => Task.FromResult(wanted.Select(one => new InspectedImage(one.Tag)).ToArray())));
            return (ToldChoice.Of(named), null);
        }

        // Where all are kept, the place is that of the last round: to know it better, all images would have to be read.
        if (pool is null || limit <= 0 || limit >= candidates.Count)
            return (last.ChosenInOrder is { } order ? new ToldChoice(order, StandIn: last.StandInOf) : null, null);
        var reads = new ImageReads(
            wanted => pool.DateAsync([.. wanted.Select(one => new WantedTag(one))], cancellationToken),
            wanted => pool.DateAsync(wanted, cancellationToken))
        {
            IsWithoutDetails = true,
        };
        var earlier = ChoiceRecord.Earlier(resource.Status, known, ChoiceRecord.HashOf(resource, candidates), time.GetUtcNow());
        var choice = await ImageSelector.SelectAsync(candidates, sortBy, limit, reads, earlier);
        var image = choice.Images.FirstOrDefault(one => one.Tag.Tag == tag);
        return (ToldChoice.Of(choice), image is { IsGlance: true } ? null : image);
    }

    private DecisionStep ExplainLast(string tag) => new("last scan", last.WasChosen(tag) switch
    {
        _ when last.StandInOf(tag) is { } standIn => LimitExplanation.OtherTagOf(standIn),
        true => Decision.Pass("Chosen", "The last scan has chosen the tag."),
        false => Decision.Stop("NotChosen", "The last scan has not chosen the tag: it was not listed, or beyond the limit."),
        null => Decision.Wait("NotKnown", "No scan of this resource is known: whether the tag is listed and within the limit can't be told."),
    });

    private static DecisionStep Chosen(string tag, IReadOnlyList<DecisionStep> steps)
    {
        var decisive = steps.FirstOrDefault(step => step.Decision.Effect is DecisionEffect.Stops)
            ?? steps.FirstOrDefault(step => step.Decision.Effect is DecisionEffect.Waits);
        var decision = decisive?.Decision switch
        {
            null => Decision.Pass("Chosen", $"The tag {tag} is chosen."),
            { Effect: DecisionEffect.Stops } stop => stop with { Outcome = "NotChosen", Sentence = $"Not chosen: {stop.Sentence}" },
            var wait => wait with { Outcome = "NotKnown" },
        };
        return new DecisionStep("tag", decision) { Steps = steps };
    }
}
