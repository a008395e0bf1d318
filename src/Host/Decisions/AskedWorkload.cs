namespace RegistryOperator.Host.Decisions;

/// <summary>The workload that a user asks about, as tables name it: <c>Deployment/shop/app</c>, or without its namespace.</summary>
/// <param name="Kind">The kind.</param>
/// <param name="Namespace">The namespace; null for any.</param>
/// <param name="Name">The name.</param>
internal sealed record AskedWorkload(string Kind, string? Namespace, string Name)
{
    /// <summary>As kubectl takes them. Of others the capital letter is needed, to tell them from repositories.</summary>
    private static readonly HashSet<string> Usual = new(StringComparer.Ordinal)
    {
        "cronjob", "daemonset", "deployment", "job", "pod", "replicaset", "replicationcontroller", "statefulset",
    };

    /// <summary>Kubernetes' own short names.</summary>
    private static readonly Dictionary<string, string> Short = new(StringComparer.Ordinal)
    {
        ["cj"] = "CronJob",
        ["deploy"] = "Deployment",
        ["ds"] = "DaemonSet",
        ["po"] = "Pod",
        ["rc"] = "ReplicationController",
        ["rs"] = "ReplicaSet",
        ["sts"] = "StatefulSet",
    };

    /// <summary>
    /// Null where the text names an image: names of repositories have no capital letters, and kinds begin with one. Without a tag or a digest,
    /// <c>deployment/shop/app</c> names no image either.
    /// </summary>
    public static AskedWorkload? Parse(string text) => text.Split('/') switch
    {
        [var kind, { Length: > 0 } ns, { Length: > 0 } name] when IsKind(kind, text) => new AskedWorkload(kind, ns, name),
        [var kind, { Length: > 0 } name] when IsKind(kind, text) => new AskedWorkload(kind, null, name),
        _ => null,
    };

    /// <summary>
    /// What to write where the text names a workload in words that kubectl takes and tables do not have (<c>deploy/shop/app</c>); null for none.
    /// </summary>
    /// <param name="text">What names no image.</param>
    public static AskedWorkload? Meant(string text)
    {
        if (Parse(text) is { } asked) return asked with { Kind = asked.Kind is [>= 'A' and <= 'Z', ..] ? asked.Kind : Spelt(asked.Kind) };
        var slash = text.IndexOf('/', StringComparison.Ordinal);
        if (slash <= 0 || text.AsSpan().ContainsAny(':', '@')) return null;
        var kind = text[..slash];
        var singular = kind.TrimEnd('s');
        return Short.GetValueOrDefault(kind) is { } known ? Parse(known + text[slash..])
            : Usual.Contains(singular) ? Parse(Spelt(singular) + text[slash..])
            : null;
    }

    /// <summary>True for this workload. Kinds are compared as kubectl does.</summary>
    public bool Is(string kind, string ns, string name) =>
        Kind.Equals(kind, StringComparison.OrdinalIgnoreCase) && Name == name && (Namespace is null || Namespace == ns);

    public override string ToString() => Namespace is null ? $"{Kind}/{Name}" : $"{Kind}/{Namespace}/{Name}";

    /// <summary>As Kubernetes spells one of the usual kinds.</summary>
    private static string Spelt(string kind) =>
        Short.Values.FirstOrDefault(known => known.Equals(kind, StringComparison.OrdinalIgnoreCase)) ?? $"{char.ToUpperInvariant(kind[0])}{kind[1..]}";

    private static bool IsKind(string kind, string text) =>
        kind is [>= 'A' and <= 'Z', ..] || (Usual.Contains(kind) && !text.AsSpan().ContainsAny(':', '@'));
}
