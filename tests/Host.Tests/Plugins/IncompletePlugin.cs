using System.Reflection;
using System.Reflection.Emit;
using RegistryOperator.Abstractions.Plugins;
using RegistryOperator.Abstractions.Scanning;

namespace RegistryOperator.Host.Tests.Plugins;

/// <summary>
/// A plugin with a scanner that lacks the contract's <c>ScanAsync</c>, as one built against a contract without that member would. No compiler
/// writes such a class, so it is written member by member.
/// </summary>
internal static class IncompletePlugin
{
    private const string Dependencies = """{"runtimeTarget":{"name":".NETCoreApp,Version=v10.0"},"targets":{".NETCoreApp,Version=v10.0":{}},"libraries":{}}""";

    public static string Add(PluginSandbox sandbox)
    {
        var assembly = new PersistedAssemblyBuilder(new AssemblyName("Incomplete"), typeof(object).Assembly);
        assembly.SetCustomAttribute(new CustomAttributeBuilder(
            typeof(AssemblyMetadataAttribute).GetConstructor([typeof(string), typeof(string)])!, [PluginContract.VersionMetadataKey, PluginContract.Version]));
        var type = assembly.DefineDynamicModule("Incomplete")
            .DefineType("Acme.IncompleteScanner", TypeAttributes.Public | TypeAttributes.Class, typeof(object), [typeof(IImageScanner)]);
        type.DefineDefaultConstructor(MethodAttributes.Public);
        foreach (var member in typeof(IScanner).GetMethods()) Implement(type, member);
        type.CreateType();

        var folder = sandbox.AddFiles("Incomplete", ("Incomplete.deps.json", Dependencies));
        assembly.Save(Path.Combine(folder, "Incomplete.dll"));
        return folder;
    }

    private static void Implement(TypeBuilder type, MethodInfo member)
    {
        var method = type.DefineMethod(
            member.Name,
            MethodAttributes.Public | MethodAttributes.Virtual | MethodAttributes.HideBySig,
            member.ReturnType,
            [.. member.GetParameters().Select(parameter => parameter.ParameterType)]);
        var code = method.GetILGenerator();
        code.Emit(OpCodes.Ldnull);
        code.Emit(OpCodes.Throw);
    }
}
