namespace RegistryOperator.Plugins.Drift.Versions;

/// <summary>
/// Chooses few of many newer tags: the best of each step, the smallest step first, as of <c>1.27.1</c> the newest <c>1.27</c>, then the newest <c>1</c>, then
/// the newest of all.
/// </summary>
internal static class StepChoice
{
    /// <summary>A tag that turns out to be older, or no image, gives its place to the next: this often for each step.</summary>
    private const int MostRefused = 8;

    /// <summary>Chooses.</summary>
    /// <param name="running">The running tag.</param>
    /// <param name="newer">The candidates, the best first.</param>
    /// <param name="limit">How many are chosen.</param>
    /// <param name="isAccepted">Looks at a candidate's image.</param>
    public static async Task<IReadOnlyList<string>> ChooseAsync(
        string running, IReadOnlyList<string> newer, int limit, Func<string, Task<bool>> isAccepted)
    {
        var chosen = new List<string>();
        if (TagReader.Read(running) is not { } current) return await FirstAsync(newer, limit, isAccepted);
        var shaped = newer.Select(tag => (Tag: tag, Shape: TagReader.Read(tag))).ToArray();
        for (var same = current.Numbers.Count; same >= 0 && chosen.Count < limit; same--)
        {
            var line = current.Numbers.Take(same);
            var candidates = shaped.Where(one => one.Shape is null || one.Shape.Numbers.Take(same).SequenceEqual(line)).Select(one => one.Tag).ToArray();
            if (candidates.FirstOrDefault() is { } best && chosen.Contains(best)) continue;
            foreach (var tag in await FirstAsync([.. candidates.Take(MostRefused)], 1, isAccepted))
            {
                if (!chosen.Contains(tag)) chosen.Add(tag);
            }
        }

        return chosen;
    }

    private static async Task<IReadOnlyList<string>> FirstAsync(IReadOnlyList<string> tags, int limit, Func<string, Task<bool>> isAccepted)
    {
        var accepted = new List<string>();
        foreach (var tag in tags)
        {
            if (accepted.Count == limit) break;
            if (await isAccepted(tag)) accepted.Add(tag);
        }

        return accepted;
    }
}
