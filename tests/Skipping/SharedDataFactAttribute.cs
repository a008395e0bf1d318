using System.Runtime.CompilerServices;

namespace RegistryOperator.Tests.Servers;

/// <summary>A test over documents beside the clone; skipped without them.</summary>
internal sealed class SharedDataFactAttribute : FactAttribute
{
    public SharedDataFactAttribute([CallerFilePath] string? file = null, [CallerLineNumber] int line = -1)
        : base(file, line)
    {
        if (!TestDocuments.HasShared) Skip = TestDocuments.Missing;
    }
}
