using System.Runtime.CompilerServices;

namespace RegistryOperator.Tests.Servers;

/// <summary>A theory over documents beside the clone. Without them it is one skipped test, whatever the number of its rows.</summary>
internal sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    public SharedDataTheoryAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        if (!TestDocuments.HasShared) Skip = TestDocuments.Missing;
    }
}
