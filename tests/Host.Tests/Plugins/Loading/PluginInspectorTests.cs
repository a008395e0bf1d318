using RegistryOperator.Host.Plugins.Loading;

namespace RegistryOperator.Host.Tests.Plugins.Loading;

public sealed class PluginInspectorTests : IDisposable
{
    private readonly PluginSandbox _sandbox = new();

    public void Dispose() => _sandbox.Dispose();

    [Fact]
    public void Inspect_Plugin_ReadsItsAttributesWithoutLoadingIt()
    {
        var plugin = Folder(_sandbox.AddFixture("NewerContract"));

        PluginInspector.Inspect(plugin).ShouldBe(new PluginManifest("0.1.0", "2.0.0", ".NETCoreApp,Version=v10.0"));

        AppDomain.CurrentDomain.GetAssemblies().ShouldNotContain(assembly => assembly.Location == plugin.EntryAssembly);
    }

    [Fact]
    public void Inspect_AssemblyThatIsNoPlugin_HasNoContractVersion()
    {
        var plugin = Folder(_sandbox.AddFixture("OlderJson")) with { Name = "Newtonsoft.Json" };
        File.Copy(Path.ChangeExtension(plugin.EntryAssembly, ".deps.json"), Path.Combine(plugin.Path, "Newtonsoft.Json.deps.json"));

        PluginInspector.Inspect(plugin with { EntryAssembly = Path.Combine(plugin.Path, "Newtonsoft.Json.dll") }).ContractVersion.ShouldBeNull();
    }

    [Fact]
    public void Inspect_AnyTruncation_IsOneSentence()
    {
        var plugin = Folder(_sandbox.AddFixture("VaultAuth"));
        var whole = File.ReadAllBytes(plugin.EntryAssembly);

        for (var length = 0; length < whole.Length; length += 64)
        {
            File.WriteAllBytes(plugin.EntryAssembly, whole[..length]);
            try
            {
                PluginInspector.Inspect(plugin);
            }
            catch (PluginException exception)
            {
                exception.Message.ShouldStartWith("Fixtures.VaultAuth.dll is");
            }
        }
    }

    [Fact]
    public void Inspect_NativeLibrary_SaysSo()
    {
        var plugin = Folder(_sandbox.AddFixture("VaultAuth"));
        File.WriteAllBytes(plugin.EntryAssembly, NativeImage());

        Should.Throw<PluginException>(() => PluginInspector.Inspect(plugin)).Message.ShouldStartWith("Fixtures.VaultAuth.dll is a native library");
    }

    private static PluginFolder Folder(string path) => new(Path.GetFileName(path), path, Path.Combine(path, $"Fixtures.{Path.GetFileName(path)}.dll"));

    // The smallest PE file without a CLI header: DOS header, signature, COFF header, and an optional header whose directories are all empty.
    private static byte[] NativeImage()
    {
        const int signatureOffset = 64, optionalHeaderSize = 240;
        var image = new byte[signatureOffset + 24 + optionalHeaderSize];
        image[0] = (byte)'M';
        image[1] = (byte)'Z';
        image[0x3c] = signatureOffset;
        image[signatureOffset] = (byte)'P';
        image[signatureOffset + 1] = (byte)'E';
        BitConverter.TryWriteBytes(image.AsSpan(signatureOffset + 4), (ushort)0x8664);
        BitConverter.TryWriteBytes(image.AsSpan(signatureOffset + 20), (ushort)optionalHeaderSize);
        BitConverter.TryWriteBytes(image.AsSpan(signatureOffset + 24), (ushort)0x20b);
        BitConverter.TryWriteBytes(image.AsSpan(signatureOffset + 24 + 108), 16);
        return image;
    }
}
