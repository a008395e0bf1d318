using RegistryOperator.Shared;

namespace RegistryOperator.Oci.Transport;

/// <summary>
/// A decoder whose complaint about what it decodes is always an <see cref="InvalidDataException"/>: <see cref="System.IO.Compression.BrotliStream"/> has an
/// <see cref="InvalidOperationException"/> for it, which reads as a fault of the program.
/// </summary>
internal sealed class CheckedDecoder(Stream decoder) : ForwardStream
{
    public override int Read(Span<byte> buffer)
    {
        try
        {
            return decoder.Read(buffer);
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            throw Invalid(e);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return await decoder.ReadAsync(buffer, cancellationToken);
        }
        catch (InvalidOperationException e) when (e is not ObjectDisposedException)
        {
            throw Invalid(e);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) decoder.Dispose();
        base.Dispose(disposing);
    }

    private static InvalidDataException Invalid(Exception cause) => new("The body is not encoded as its header says.", cause);
}
