using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Cli.Scan;
using RegistryOperator.Host.Registry;
using RegistryOperator.Host.Tests.Scans;

namespace RegistryOperator.Host.Tests.Support;

/// <summary>What <c>scan</c> prints of a resource when nobody watches.</summary>
internal static class PrintedTable
{
    public static string Of(RegistryResource resource)
    {
        using var output = new StringWriter();
        new ScanTable(new Terminal { In = TextReader.Null, Out = output, Error = TextWriter.Null, ShowsProgress = false }, ScanParts.Kinds).Write([resource]);
        return output.ToString();
    }
}
