using RegistryOperator.Abstractions.Oci;
using RegistryOperator.Shared;

namespace RegistryOperator.Plugins.OciLayout.Layouts;

/// <summary>A blob's file, verified while it is read.</summary>
internal sealed class BlobStream(Stream file, Descriptor blob, Func<Exception> onMismatch) : VerifyingStream(blob)
{
    public override long Length => file.Length;

    protected override ValueTask<int> ReadContentAsync(Memory<byte> buffer, CancellationToken cancellationToken) => file.ReadAsync(buffer, cancellationToken);

    protected override int ReadContent(Span<byte> buffer) => file.Read(buffer);

    protected override Exception Mismatch(string? problem) => onMismatch();

    protected override void Dispose(bool disposing)
    {
        if (disposing) file.Dispose();
        base.Dispose(disposing);
    }
}
