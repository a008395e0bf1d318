using System.Text;
using RegistryOperator.Abstractions.Scanning;
using RegistryOperator.Abstractions.Tools;
using RegistryOperator.Host.Files;

namespace RegistryOperator.Host.Tools;

/// <summary>Takes a tool's standard output, into the file that the command names or into memory, up to the command's limit.</summary>
internal sealed class ToolOutput : IAsyncDisposable
{
    private const int BufferSize = 64 * 1024;

    private readonly ToolCommand _command;
    private readonly Stream _target;

    /// <summary>Makes the file, readable by this user only.</summary>
    /// <exception cref="ScanException">The file can't be made.</exception>
    public ToolOutput(ToolCommand command)
    {
        _command = command;
        try
        {
            _target = command.OutputFile is { } file ? PrivateFile.Create(file) : new MemoryStream();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(exception);
        }
    }

    /// <summary>What was kept in memory; empty where it went to a file.</summary>
    public string Text => _target is MemoryStream memory ? Encoding.UTF8.GetString(memory.GetBuffer().AsSpan(0, (int)memory.Length)) : "";

    /// <summary>Copies until the tool closes its end.</summary>
    /// <exception cref="ScanException">It wrote more than allowed, or the file can't be written.</exception>
    public async Task CopyAsync(Stream source, CancellationToken cancellationToken)
    {
        var buffer = new byte[BufferSize];
        var left = _command.MaximumOutput;
        while (await source.ReadAsync(buffer, cancellationToken) is var count and > 0)
        {
            left -= count;
            if (left < 0) throw TooLarge();
            try
            {
                await _target.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
            }
            catch (IOException exception)
            {
                throw CannotWrite(exception);
            }
        }

        await _target.FlushAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _target.DisposeAsync();

    private string Tool => Path.GetFileName(_command.Executable);

    private ScanException TooLarge() =>
        new(ScanReasons.TooLarge, $"{Tool} wrote more than the {_command.MaximumOutput} bytes allowed and was ended: " +
            "raise the limit in the plugin's settings if the image is trusted.");

    private ScanException CannotWrite(Exception exception) =>
        new(ScanReasons.Failed, $"The output of {Tool} cannot be written to {_command.OutputFile} ({exception.Message}): " +
            "free or enlarge the temporary directory.", exception);
}
