namespace RegistryOperator.Shared;

/// <summary>
/// Which times of creation can be believed. Reproducible builders write a constant: 1970, Buildpacks and zip 1980, npm 1985, others the year 1 or 2000.
/// </summary>
internal static class CreationTime
{
    /// <summary>There were no container images before Docker's first release, in March 2013.</summary>
    private static readonly DateTimeOffset Earliest = new(2013, 1, 1, 0, 0, 0, TimeSpan.Zero);

    /// <summary>Clocks of builders may be fast by so much; a later time is wrong, or forged.</summary>
    private static readonly TimeSpan Slack = TimeSpan.FromDays(1);

    /// <summary>The same where the present is known: what was created in the future says nothing either.</summary>
    public static DateTimeOffset? Credible(DateTimeOffset? time, DateTimeOffset now) => time - now > Slack ? null : Credible(time);

    /// <summary>The time in UTC; null where it says nothing.</summary>
    public static DateTimeOffset? Credible(DateTimeOffset? time) => time >= Earliest ? time.Value.ToUniversalTime() : null;
}
