namespace RegistryOperator.Sboms.Dependencies;

/// <summary>
/// Finds cycles of packages by Tarjan's algorithm for strongly connected components, without recursion, since a hostile document may have a
/// chain of any length.
/// </summary>
internal static class DependencyCycles
{
    /// <summary>For each package the number of its group; a package in no cycle is a group of its own.</summary>
    public static int[] GroupsOf(int[][] needs)
    {
        var group = new int[needs.Length];
        var found = new int[needs.Length];
        var lowest = new int[needs.Length];
        var next = new int[needs.Length];
        Array.Fill(group, -1);
        var open = new Stack<int>();
        var way = new Stack<int>();
        var (count, groups) = (0, 0);
        for (var start = 0; start < needs.Length; start++)
        {
            if (found[start] != 0) continue;
            Enter(start);
            while (way.TryPeek(out var package))
            {
                if (next[package] < needs[package].Length)
                {
                    var needed = needs[package][next[package]++];
                    if (found[needed] == 0) Enter(needed);
                    else if (group[needed] < 0) lowest[package] = Math.Min(lowest[package], found[needed]);
                    continue;
                }

                way.Pop();
                if (way.TryPeek(out var before)) lowest[before] = Math.Min(lowest[before], lowest[package]);
                if (lowest[package] != found[package]) continue;
                int member;
                do
                {
                    member = open.Pop();
                    group[member] = groups;
                }
                while (member != package);
                groups++;
            }
        }

        return group;

        void Enter(int package)
        {
            found[package] = lowest[package] = ++count;
            open.Push(package);
            way.Push(package);
        }
    }
}
