namespace RegistryOperator.Oci.Authentication;

/// <summary>The challenge of one registry that was last answered. All its clients share it, so that the next one sends its credentials at once.</summary>
internal sealed class HostChallenge
{
    private volatile Challenge? _last;

    /// <summary>Null until a challenge has been answered.</summary>
    public Challenge? Last
    {
        get => _last;
        set => _last = value;
    }
}
