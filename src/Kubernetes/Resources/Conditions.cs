namespace RegistryOperator.Kubernetes.Resources;

/// <summary>Lists of conditions, which several controllers may write into: each sets its own types and keeps the others'.</summary>
public static class Conditions
{
    /// <summary>
    /// The list with one condition set: replaced where its type is present, else appended. The time of the last transition is kept while the
    /// status is the same, else it is <paramref name="now"/>; the one given in <paramref name="condition"/> does not count. Returns the same list
    /// where nothing changed, so that a caller can see that there is nothing to write.
    /// </summary>
    public static IReadOnlyList<Condition> Set(this IReadOnlyList<Condition>? conditions, Condition condition, DateTimeOffset now)
    {
        conditions ??= [];
        var index = 0;
        while (index < conditions.Count && conditions[index].Type != condition.Type) index++;

        if (index == conditions.Count)
            return [.. conditions, condition with { LastTransitionTime = WholeSeconds(now) }];

        var current = conditions[index];
        condition = condition with { LastTransitionTime = TransitionTime(current, condition.Status, now) };
        if (condition == current) return conditions;

        var changed = conditions.ToArray();
        changed[index] = condition;
        return changed;
    }

    /// <summary>
    /// The list with all of one controller's conditions set: those of <paramref name="types"/> that are not among <paramref name="own"/> are removed,
    /// and those of other types stay as they are. Returns the same list where nothing changed.
    /// </summary>
    public static IReadOnlyList<Condition> Merge(
        this IReadOnlyList<Condition>? conditions, IReadOnlyCollection<string> types, IReadOnlyCollection<Condition> own, DateTimeOffset now)
    {
        conditions ??= [];
        var kept = conditions.Where(condition => !types.Contains(condition.Type) || own.Any(set => set.Type == condition.Type)).ToArray();
        return own.Aggregate(kept.Length == conditions.Count ? conditions : kept, (merged, condition) => merged.Set(condition, now));
    }

    /// <summary>The condition of a type, or null.</summary>
    public static Condition? Find(this IReadOnlyList<Condition>? conditions, string type) =>
        conditions?.FirstOrDefault(condition => condition.Type == type);

    // A time in the future was written by a wrong clock and is ignored. Otherwise the time never goes back.
    private static DateTimeOffset TransitionTime(Condition current, string status, DateTimeOffset now)
    {
        var transition = WholeSeconds(now);
        if (current.LastTransitionTime is not { } last || last > now) return transition;
        return current.Status == status || last > transition ? last : transition;
    }

    // In whole seconds, as it will be read back: with a fraction, the next comparison would differ.
    private static DateTimeOffset WholeSeconds(DateTimeOffset time) => DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds());
}
