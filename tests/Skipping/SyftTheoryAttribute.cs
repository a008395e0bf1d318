using System.Runtime.CompilerServices;

namespace RegistryOperator.Tests.Servers;

/// <summary>A theory with the real Syft. Without it, it is one skipped test, whatever the number of its rows.</summary>
internal sealed class SyftTheoryAttribute : TheoryAttribute
{
    public SyftTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        if (!ServerBinaries.Has("syft")) Skip = SyftFactAttribute.Missing;
    }
}
