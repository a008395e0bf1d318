namespace RegistryOperator.Host.Registry.Status;

/// <summary>
/// Times that were stored, in a status, an annotation or memory. One in the future was written by a clock that was wrong, or by a clock that is
/// right while this one is wrong: trusting it would block everything that waits for it, perhaps for years.
/// </summary>
internal static class StoredTime
{
    /// <summary>The time; null where it is in the future, as if nothing were stored.</summary>
    public static DateTimeOffset? Believed(DateTimeOffset? time, DateTimeOffset now) => time > now ? null : time;
}
