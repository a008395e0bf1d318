namespace RegistryOperator.Host.Cli;

/// <summary>What the process answers its caller.</summary>
internal static class ExitCodes
{
    /// <summary>All succeeded.</summary>
    public const int Success = 0;

    /// <summary>At least one scan failed, or the operator could not go on.</summary>
    public const int Failure = 1;

    /// <summary>The command line or a file given is not valid; nothing was done.</summary>
    public const int BadInput = 2;
}
