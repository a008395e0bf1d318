using System.Buffers.Text;

namespace RegistryOperator.Host.Tools;

/// <summary>
/// Measures a process's largest resident size. Linux keeps it (<c>VmHWM</c> in <c>/proc/PID/status</c>) only while the process lives, so it
/// is read again and again; what is grown in the last moments before the end is missed.
/// </summary>
internal sealed class PeakMemory(int processId, TimeProvider time)
{
    private const int StatusSize = 4 * 1024;
    private const int KibiByte = 1024;

    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly byte[] _status = new byte[StatusSize];

    /// <summary>The largest size seen, in bytes; null where the system does not tell.</summary>
    public long? Bytes { get; private set; }

    /// <summary>Measures until the process is gone or the token is cancelled.</summary>
    public async Task WatchAsync(CancellationToken cancellationToken)
    {
        if (!OperatingSystem.IsLinux()) return;
        using var timer = new PeriodicTimer(Interval, time);
        do
        {
            if (Read() is not { } size) return;
            Bytes = size;
        }
        while (await timer.WaitForNextTickAsync(cancellationToken));
    }

    /// <summary>The size at its largest until now, in bytes; null where there is no such process any more.</summary>
    private long? Read()
    {
        try
        {
            using var file = File.OpenHandle($"/proc/{processId}/status");
            return Parse(_status.AsSpan(0, RandomAccess.Read(file, _status, fileOffset: 0)));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>Reads the line <c>VmHWM:   123 kB</c>; a process that has ended but is still listed has none.</summary>
    internal static long? Parse(ReadOnlySpan<byte> status)
    {
        var key = "VmHWM:"u8;
        var start = status.IndexOf(key);
        if (start < 0) return null;
        var value = status[(start + key.Length)..].TrimStart(" \t"u8);
        return Utf8Parser.TryParse(value, out long kibiBytes, out _) ? kibiBytes * KibiByte : null;
    }
}
