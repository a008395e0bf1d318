namespace RegistryOperator.Oci.Reading;

/// <summary>What one registry has been found not to support, shared by all its clients so that each need not probe again.</summary>
internal sealed class RegistryCapabilities(TimeSpan referrersProbeInterval, TimeProvider time)
{
    private volatile bool _refusesPageSize;

    /// <summary>Whether the registry has the Referrers API.</summary>
    public ReferrersSupport Referrers { get; } = new(referrersProbeInterval, time);

    /// <summary>True once the registry has refused the number of tags requested per page.</summary>
    public bool RefusesPageSize
    {
        get => _refusesPageSize;
        set => _refusesPageSize = value;
    }
}
