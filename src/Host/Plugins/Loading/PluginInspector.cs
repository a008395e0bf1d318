using System.Reflection;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Runtime.Versioning;
using RegistryOperator.Abstractions.Plugins;

namespace RegistryOperator.Host.Plugins.Loading;

/// <summary>What a plugin's entry assembly says about itself.</summary>
/// <param name="Version">The plugin's own version, without a commit id.</param>
/// <param name="ContractVersion">The contract version it was built against; null where it carries none.</param>
/// <param name="TargetFramework">E.g. <c>.NETCoreApp,Version=v10.0</c>; null where it carries none.</param>
internal sealed record PluginManifest(string Version, string? ContractVersion, string? TargetFramework);

/// <summary>
/// Reads a plugin's metadata without loading it: an assembly built against a newer contract can then be refused with a sentence, where
/// loading it would fail with the runtime's own, confusing text.
/// </summary>
internal static class PluginInspector
{
    /// <summary>Reads the entry assembly's attributes.</summary>
    /// <exception cref="PluginException">The folder's files are not those of a plugin.</exception>
    public static PluginManifest Inspect(PluginFolder plugin)
    {
        DependenciesFile.Check(Path.ChangeExtension(plugin.EntryAssembly, ".deps.json"));
        var file = Path.GetFileName(plugin.EntryAssembly);
        try
        {
            using var stream = File.OpenRead(plugin.EntryAssembly);
            using var image = new PEReader(stream);
            if (!image.HasMetadata)
                throw new PluginException($"{file} is a native library, not a .NET assembly: name the folder as the plugin's own assembly.");
            var metadata = image.GetMetadataReader();
            return ReadManifest(metadata);
        }
        catch (BadImageFormatException exception)
        {
            throw new PluginException($"{file} is not a .NET assembly, or its end is missing: copy the output of 'dotnet publish' again.", exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new PluginException($"{file} cannot be read: {PluginFault.OneLine(exception.Message)}", exception);
        }
    }

    private static PluginManifest ReadManifest(MetadataReader metadata)
    {
        string? informationalVersion = null, contractVersion = null, targetFramework = null;
        foreach (var handle in metadata.GetAssemblyDefinition().GetCustomAttributes())
        {
            var attribute = metadata.GetCustomAttribute(handle);
            switch (TypeName(metadata, attribute))
            {
                case nameof(AssemblyInformationalVersionAttribute):
                    informationalVersion = StringArguments(metadata, attribute, 1)[0];
                    break;
                case nameof(TargetFrameworkAttribute):
                    targetFramework = StringArguments(metadata, attribute, 1)[0];
                    break;
                case nameof(AssemblyMetadataAttribute) when StringArguments(metadata, attribute, 2) is [PluginContract.VersionMetadataKey, var value]:
                    contractVersion = value;
                    break;
            }
        }

        var version = informationalVersion?.Split('+')[0];
        if (string.IsNullOrEmpty(version)) version = metadata.GetAssemblyDefinition().Version.ToString(3);
        return new PluginManifest(version, contractVersion, targetFramework);
    }

    private static string? TypeName(MetadataReader metadata, CustomAttribute attribute)
    {
        if (attribute.Constructor.Kind != HandleKind.MemberReference) return null;
        var parent = metadata.GetMemberReference((MemberReferenceHandle)attribute.Constructor).Parent;
        return parent.Kind == HandleKind.TypeReference ? metadata.GetString(metadata.GetTypeReference((TypeReferenceHandle)parent).Name) : null;
    }

    // ECMA-335 II.23.3: a two-byte prolog, then the fixed arguments; those looked at here are all strings.
    private static string?[] StringArguments(MetadataReader metadata, CustomAttribute attribute, int count)
    {
        var reader = metadata.GetBlobReader(attribute.Value);
        reader.ReadUInt16();
        var arguments = new string?[count];
        for (var i = 0; i < count; i++) arguments[i] = reader.ReadSerializedString();
        return arguments;
    }
}
