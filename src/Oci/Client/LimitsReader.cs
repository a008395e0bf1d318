using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Client;

/// <summary>Tells what a registry allows: its pause, which all of its users share, and one user's allowance.</summary>
internal sealed class LimitsReader(HostBudget budget, PullAllowance allowance)
{
    public RegistryLimits Read()
    {
        var (hosts, own) = (budget.PauseNow, allowance.Pause);
        var told = allowance.Current;
        return new RegistryLimits(hosts > own ? hosts : own, told?.Remaining, told?.Limit, told?.Window);
    }
}
