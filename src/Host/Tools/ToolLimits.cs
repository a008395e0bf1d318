using Microsoft.Extensions.Configuration;
using RegistryOperator.Host.Settings;

namespace RegistryOperator.Host.Tools;

/// <summary>What one run of a tool may use: the section <c>Tools</c> of the settings.</summary>
internal sealed record ToolLimits
{
    public const string Section = "Tools";

    private const int LargestDiskMiB = 1 << 20;

    /// <summary>
    /// Bytes of its largest file, and of all files in its folder. Images are unpacked there, and a layer of a few MiB may hold any number of zeros; the
    /// volume is the pod's.
    /// </summary>
    public long MaximumDiskBytes { get; init; } = 1792L << 20;

    /// <summary>Reads the section.</summary>
    /// <exception cref="InputException">A value is not valid.</exception>
    public static ToolLimits Read(IConfiguration configuration)
    {
        var fallback = (int)(new ToolLimits().MaximumDiskBytes >> 20);
        var size = NumberSetting.Read(configuration.GetSection(Section), "MaximumDiskMiB", fallback, LargestDiskMiB);
        return new ToolLimits { MaximumDiskBytes = (long)size << 20 };
    }
}
