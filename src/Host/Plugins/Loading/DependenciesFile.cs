using System.Text.Json;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Plugins.Loading;

/// <summary>
/// Checks the shape of a plugin's <c>.deps.json</c>. The runtime's own reader is native code without checks: a member that is missing or
/// of another type ends the process, and with it every other plugin
/// (<see href="https://github.com/dotnet/runtime/blob/v10.0.0/src/native/corehost/hostpolicy/deps_format.cpp"/>).
/// </summary>
internal static class DependenciesFile
{
    private static readonly string[] AssetGroups = ["runtime", "native", "resources", "runtimeTargets"];

    /// <summary>Reads and checks the file.</summary>
    /// <exception cref="PluginException">The file is not what a build writes.</exception>
    public static void Check(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            using var document = JsonDocument.Parse(stream);
            if (IsWellFormed(document.RootElement)) return;
        }
        catch (Exception exception) when (JsonText.IsFault(exception))
        {
            throw new PluginException($"{Path.GetFileName(path)} is not JSON: copy the output of 'dotnet publish' again.", exception);
        }

        throw new PluginException($"{Path.GetFileName(path)} is not a list of dependencies as a build writes it: copy the output of 'dotnet publish' again.");
    }

    private static bool IsWellFormed(JsonElement root) =>
        IsObject(root)
        && TargetName(root) is { } name
        && root.TryGetProperty("targets", out var targets) && IsObject(targets)
        && targets.TryGetProperty(name, out var target) && IsObject(target)
        && target.EnumerateObject().All(library => IsObject(library.Value) && AssetGroups.All(group => IsAssetGroup(library.Value, group)))
        && root.TryGetProperty("libraries", out var libraries) && IsObject(libraries)
        && libraries.EnumerateObject().All(library => IsLibrary(library.Value));

    private static string? TargetName(JsonElement root)
    {
        if (!root.TryGetProperty("runtimeTarget", out var target)) return null;
        var name = target;
        if (IsObject(target) && !target.TryGetProperty("name", out name)) return null;
        return name.ValueKind == JsonValueKind.String ? name.GetString() : null;
    }

    private static bool IsAssetGroup(JsonElement library, string group)
    {
        if (!library.TryGetProperty(group, out var assets)) return true;
        return IsObject(assets) && assets.EnumerateObject().All(asset =>
            IsObject(asset.Value) && (group != "runtimeTargets" || (HasString(asset.Value, "rid") && HasString(asset.Value, "assetType"))));
    }

    private static bool IsLibrary(JsonElement library) =>
        IsObject(library)
        && HasString(library, "type")
        && HasString(library, "sha512")
        && library.TryGetProperty("serviceable", out var serviceable) && (serviceable.ValueKind is JsonValueKind.True or JsonValueKind.False);

    private static bool IsObject(JsonElement element) => element.ValueKind == JsonValueKind.Object;

    private static bool HasString(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String;
}
