namespace RegistryOperator.Plugins.Shared;

/// <summary>Exit codes that mean the same of every tool.</summary>
internal static class ExitCodes
{
    /// <summary>As .NET gives it for a process that was ended by SIGKILL: 128 and the signal's number.</summary>
    public const int Killed = 137;
}
