using RegistryOperator.Oci.Transport;

namespace RegistryOperator.Oci.Client;

/// <summary>Tells what a registry allows: its pause, which all of its users share, and the allowance of the one as whom is asked now.</summary>
internal sealed class LimitsReader(HostBudget budget, Func<PullAllowance> current)
{
    public RegistryLimits Read()
    {
        var allowance = current();
        var (hosts, own) = (budget.PauseNow, allowance.Pause);
        var told = allowance.Current;
        return new RegistryLimits(hosts > own ? hosts : own, told?.Remaining, told?.Limit, told?.Window);
    }
}
