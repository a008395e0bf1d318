namespace RegistryOperator.Sboms.Documents;

/// <summary>The name of the tool that wrote a document.</summary>
internal static class ToolName
{
    /// <summary>E.g. <c>syft 1.18.1</c>; null where the tool has no name.</summary>
    public static string? Of(string? name, string? version)
    {
        if (string.IsNullOrWhiteSpace(name)) return null;
        return string.IsNullOrWhiteSpace(version) ? name : $"{name} {version}";
    }

    /// <summary>The same for an SPDX creator, which writes <c>Tool: syft-1.18.1</c>; null for a person or an organisation.</summary>
    public static string? OfSpdxCreator(string? creator)
    {
        const string Prefix = "Tool:";
        if (creator is null || !creator.StartsWith(Prefix, StringComparison.Ordinal)) return null;
        var tool = creator[Prefix.Length..].Trim();
        for (var dash = tool.IndexOf('-'); dash > 0; dash = tool.IndexOf('-', dash + 1))
        {
            var version = tool[(dash + 1)..];
            if (version.Length > 0 && char.IsAsciiDigit(version[version.Length > 1 && version[0] == 'v' ? 1 : 0])) return Of(tool[..dash], version);
        }

        return tool.Length == 0 ? null : tool;
    }
}
