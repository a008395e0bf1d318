using RegistryOperator.Host.Hosting;
using RegistryOperator.Host.Settings;

namespace RegistryOperator.Host.Tests.Hosting;

public sealed class DataDirectoryTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("data-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Take_DiskIsFull_SaysSoAndLeavesTheFileClosed()
    {
        var failure = Should.Throw<InputException>(() => DataDirectory.Take(_folder.FullName, path => new FullDisk(path)));

        failure.Message.ShouldBe($"--data-dir {_folder.FullName}: No space left on device Make room on its disk, or name another folder.");
        using var taken = DataDirectory.Take(_folder.FullName);
        taken.Path.ShouldBe(_folder.FullName);
    }

    [Fact]
    public void Take_Twice_SaysThatAnotherHasIt()
    {
        using var taken = DataDirectory.Take(_folder.FullName);

        Should.Throw<InputException>(() => DataDirectory.Take(_folder.FullName)).Message.ShouldContain("another operator uses this folder");
    }

    private sealed class FullDisk(string path) : FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None)
    {
        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("No space left on device");
    }
}
