using RegistryOperator.Host.Decisions;
using RegistryOperator.Host.Images;
using RegistryOperator.Host.Registry.Spec;
using RegistryOperator.Host.Tags;

namespace RegistryOperator.Host.Explanations;

/// <summary>Explains whether a tag is chosen: listed, not filtered, within the limit.</summary>
/// <param name="spec">What the resource asks for.</param>
/// <param name="last">What the last round knew.</param>
internal sealed class TagExplainer(RegistrySpec spec, LastRound last, TimeProvider time)
{
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

        var filter = new TagFilter(spec.TagFilter?.Include, spec.TagFilter?.Exclude);
        steps.AddRange(filter.Explain(tag));
        if (filter.Judge(tag) is not TagVerdict.Candidate) return (Chosen(tag, steps), null);
        if (tags is null)
        {
            steps.Add(ExplainLast(tag));
            return (Chosen(tag, steps), null);
        }

        var candidates = filter.Select(tags, time, cancellationToken).Tags;
        var (chosen, image) = await SelectAsync(tag, candidates, pool, cancellationToken);
        steps.AddRange(ImageSelector.Explain(tag, candidates.Count, spec.EffectiveSortBy, spec.EffectiveTagLimit, chosen));
        return (Chosen(tag, steps), image);
    }

    /// <summary>The tags that are chosen, in order, as far as that can be told without reading images that the choice does not need.</summary>
    private async Task<(IReadOnlyList<string>? Chosen, InspectedImage? Image)> SelectAsync(
        string tag, IReadOnlyList<string> candidates, InspectionPool? pool, CancellationToken cancellationToken)
    {
        var (sortBy, limit) = (spec.EffectiveSortBy, spec.EffectiveTagLimit);
        if (sortBy == TagOrders.Alphabetical)
        {
            var named = await ImageSelector.SelectAsync(
                candidates, sortBy, limit, wanted => Task.FromResult(wanted.Select(one => new InspectedImage(one)).ToArray()));
            return ([.. named.Select(one => one.Tag.Tag)], null);
        }

        // Where all are kept, the place is that of the last round: to know it better, all images would have to be read.
        if (pool is null || !ImageSelector.NeedsTimes(candidates.Count, sortBy, limit)) return (last.ChosenInOrder, null);
        var images = await ImageSelector.SelectAsync(candidates, sortBy, limit, wanted => pool.InspectAsync(wanted, cancellationToken));
        return ([.. images.Select(one => one.Tag.Tag)], images.FirstOrDefault(one => one.Tag.Tag == tag));
    }

    private DecisionStep ExplainLast(string tag) => new("last scan", last.WasChosen(tag) switch
    {
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
