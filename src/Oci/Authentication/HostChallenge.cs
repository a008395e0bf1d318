namespace RegistryOperator.Oci.Authentication;

/// <summary>The challenge of one registry that was answered last, shared by all its clients, so that the next one need not be challenged first.</summary>
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
