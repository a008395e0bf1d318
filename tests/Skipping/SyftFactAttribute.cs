using System.Runtime.CompilerServices;

namespace RegistryOperator.Tests.Servers;

/// <summary>A test with the real Syft; skipped without it.</summary>
internal sealed class SyftFactAttribute : FactAttribute
{
    public const string Missing = "needs Syft 1.18.1: on the PATH, or as ../shared/tools/syft.xz (see tests/Servers/install/parts/scanners.sh)";

    public SyftFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        if (!ServerBinaries.Has("syft")) Skip = Missing;
    }
}
