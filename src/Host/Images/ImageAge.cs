namespace RegistryOperator.Host.Images;

/// <summary>An age in its largest unit, as <c>kubectl</c> shows it: <c>45d</c>, <c>2h</c>, <c>10m</c>, <c>5s</c>.</summary>
internal static class ImageAge
{
    public static string Format(TimeSpan age) => age switch
    {
        { TotalSeconds: < 0 } => "0s",
        { TotalDays: >= 1 } => $"{(long)age.TotalDays}d",
        { TotalHours: >= 1 } => $"{(long)age.TotalHours}h",
        { TotalMinutes: >= 1 } => $"{(long)age.TotalMinutes}m",
        _ => $"{(long)age.TotalSeconds}s",
    };
}
