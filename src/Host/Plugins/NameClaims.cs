namespace RegistryOperator.Host.Plugins;

/// <summary>Decides between plugins that claim the same name: the later folder wins, so that a folder added last replaces a built-in.</summary>
/// <param name="Winners">One part for each name, in the order of the folders.</param>
/// <param name="Notices">One sentence for each part that is replaced, naming both folders.</param>
internal sealed record NameClaims<T>(IReadOnlyList<T> Winners, IReadOnlyList<string> Notices)
    where T : class
{
    /// <summary>Settles the claims of all plugins to one kind of part.</summary>
    public static NameClaims<T> Settle(string kind, IEnumerable<LoadedPlugin> plugins, Func<LoadedPlugin, IEnumerable<T>> parts, Func<T, string> nameOf)
    {
        List<(LoadedPlugin Plugin, T Part)> holders = [];
        List<string> notices = [];
        foreach (var plugin in plugins)
        {
            foreach (var part in parts(plugin))
            {
                var name = nameOf(part);
                var earlier = holders.FindIndex(holder => nameOf(holder.Part) == name);
                if (earlier >= 0)
                {
                    notices.Add($"{kind} '{name}' of {holders[earlier].Plugin.Folder} is replaced by that of {plugin.Folder}, the later plugin folder.");
                    holders.RemoveAt(earlier);
                }

                holders.Add((plugin, part));
            }
        }

        return new NameClaims<T>(holders.ConvertAll(holder => holder.Part), notices);
    }
}
