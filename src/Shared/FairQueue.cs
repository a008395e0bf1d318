using System.Diagnostics.CodeAnalysis;

namespace RegistryOperator.Shared;

/// <summary>
/// Items that wait, in a queue for each group (a namespace): groups take turns, so that one with a thousand items delays another's first by one. Not
/// safe for concurrent use.
/// </summary>
internal sealed class FairQueue<TItem>
    where TItem : notnull
{
    private readonly Dictionary<string, LinkedListNode<Line>> _lines = new(StringComparer.Ordinal);

    /// <summary>The groups that have items; whose turn is next stands first.</summary>
    private readonly LinkedList<Line> _turns = new();

    public void Add(string group, TItem item)
    {
        if (!_lines.TryGetValue(group, out var line)) _lines[group] = line = _turns.AddLast(new Line(group));
        line.Value.Items.AddLast(item);
    }

    /// <summary>Takes the first item of the first group that may have its turn now; within a group, what waits longest.</summary>
    /// <param name="may">True where the group may have its item; called once for each group at most.</param>
    /// <param name="item">What was taken.</param>
    public bool TryTake(Func<string, TItem, bool> may, [MaybeNullWhen(false)] out TItem item)
    {
        for (var line = _turns.First; line is not null; line = line.Next)
        {
            item = line.Value.Items.First!.Value;
            if (!may(line.Value.Group, item)) continue;
            line.Value.Items.RemoveFirst();
            _turns.Remove(line);
            if (line.Value.Items.Count > 0) _turns.AddLast(line);
            else _lines.Remove(line.Value.Group);
            return true;
        }

        item = default;
        return false;
    }

    /// <summary>Removes an item that waits no more.</summary>
    /// <returns>False where it has been taken.</returns>
    public bool Remove(string group, TItem item)
    {
        if (!_lines.TryGetValue(group, out var line) || !line.Value.Items.Remove(item)) return false;
        if (line.Value.Items.Count > 0) return true;
        _turns.Remove(line);
        _lines.Remove(group);
        return true;
    }

    private sealed record Line(string Group)
    {
        public LinkedList<TItem> Items { get; } = new();
    }
}
