using RegistryOperator.Plugins.Drift.Images;

namespace RegistryOperator.Plugins.Drift.Versions;

/// <summary>What a look at a candidate's image has told.</summary>
internal enum CandidateFit
{
    /// <summary>It is older, or no image.</summary>
    Refused,

    /// <summary>It may be taken, but not yet.</summary>
    Waits,

    /// <summary>It may be taken now.</summary>
    Ready,
}

/// <summary>
/// Chooses few of many newer tags: the best of each step, the smallest step first, as of <c>1.27.1</c> the newest <c>1.27</c>, then the newest <c>1</c>, then
/// the newest of all. Where the best waits, the best that does not is chosen as well: a release of yesterday hides no older one.
/// </summary>
/// <param name="look">Looks at a candidate's image.</param>
/// <param name="images">Tells what all looks so far have cost.</param>
/// <param name="hasWaited">Tells by what is remembered, without asking the registry, whether a candidate has probably waited long enough.</param>
internal sealed class StepChoice(Func<string, Task<CandidateFit>> look, ImageReader images, Func<string, bool> hasWaited)
{
    /// <summary>A tag that turns out to be older, or no image, gives its place to the next, until the step has cost as much as to read this many images.
    /// What is known costs little or nothing, so that the next check comes further.</summary>
    private const int MostReads = 8;

    private const int MostSpent = MostReads * (ImageReader.HeadCost + ImageReader.ReadCost);

    private readonly Dictionary<string, CandidateFit> _looked = new(StringComparer.Ordinal);

    /// <summary>How many newer tags were not looked at, since it cost too much to refuse those before them; 0 where one was accepted.</summary>
    public int NotLookedAt { get; private set; }

    /// <summary>Chooses.</summary>
    /// <param name="newer">The candidates.</param>
    /// <param name="limit">How many are chosen.</param>
    public async Task<IReadOnlyList<string>> ChooseAsync(NewerTags newer, int limit)
    {
        if (newer.Numbers is not { } numbers) return await FirstAsync(newer, limit);
        var chosen = new List<string>();
        for (var same = numbers; same >= 0; same--)
        {
            foreach (var tag in await BestAsync(newer.Step(same)))
            {
                if (!chosen.Contains(tag)) chosen.Add(tag);
            }
        }

        if (chosen.Count == 0) NotLookedAt = newer.Count - _looked.Count;
        // Those that may be taken now go first where there is no room for all.
        while (chosen.Count > limit) chosen.RemoveAt(chosen.FindLastIndex(tag => _looked[tag] == CandidateFit.Waits) is var last and >= 0 ? last : limit);
        return chosen;
    }

    /// <summary>Of names without versions: the first that are accepted, and where all of these wait, the first that does not.</summary>
    private async Task<IReadOnlyList<string>> FirstAsync(NewerTags newer, int limit)
    {
        var accepted = new List<string>();
        foreach (var tag in newer)
        {
            if (accepted.Count == limit || !images.HasRoom) break;
            if (await LookAsync(tag) != CandidateFit.Refused) accepted.Add(tag);
        }

        if (accepted.Count == limit && accepted.TrueForAll(tag => _looked[tag] == CandidateFit.Waits) && await FirstReadyAsync(newer) is { } ready)
            accepted[^1] = ready;
        return accepted;
    }

    /// <summary>The best of a step, and the best that may be taken now.</summary>
    private async Task<IReadOnlyList<string>> BestAsync(IEnumerable<string> step)
    {
        var limit = images.Spent + MostSpent;
        foreach (var tag in step)
        {
            if (!_looked.ContainsKey(tag) && (images.Spent >= limit || !images.HasRoom)) break;
            var fit = await LookAsync(tag);
            if (fit == CandidateFit.Refused) continue;
            return fit == CandidateFit.Waits && await FirstReadyAsync(step) is { } ready ? [tag, ready] : [tag];
        }

        return [];
    }

    private async Task<string?> FirstReadyAsync(IEnumerable<string> step)
    {
        var limit = images.Spent + MostSpent;
        foreach (var tag in step.Where(tag => _looked.TryGetValue(tag, out var fit) ? fit == CandidateFit.Ready : hasWaited(tag)))
        {
            if (!_looked.ContainsKey(tag) && (images.Spent >= limit || !images.HasRoom)) break;
            if (await LookAsync(tag) == CandidateFit.Ready) return tag;
        }

        return null;
    }

    private async Task<CandidateFit> LookAsync(string tag)
    {
        if (!_looked.TryGetValue(tag, out var fit)) _looked[tag] = fit = await look(tag);
        return fit;
    }
}
