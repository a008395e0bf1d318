using RegistryOperator.Host.Cli.Output;
using RegistryOperator.Host.Text;
using RegistryOperator.Shared;

namespace RegistryOperator.Host.Cli.TrustRoot;

/// <summary>A trusted root for people: a table for each of its four lists.</summary>
internal static class TrustRootText
{
    public static void Write(Terminal terminal, TrustRootView root)
    {
        terminal.WriteLine(new TerminalText(root.File ?? "the shipped root of the public-good instance (sigstore.dev)", Tone.Strong));
        if (root.NewestStart is { } newest) terminal.WriteLine($"knows nothing that began after {Format(newest)}");
        Write(terminal, "CERTIFICATE AUTHORITIES", root.CertificateAuthorities);
        Write(terminal, "TRANSPARENCY LOGS", root.Logs);
        Write(terminal, "CERTIFICATE LOGS", root.CertificateLogs);
        Write(terminal, "TIMESTAMP AUTHORITIES", root.TimestampAuthorities);
    }

    private static void Write(Terminal terminal, string title, IReadOnlyList<TrustRootEntry> entries)
    {
        terminal.WriteLine();
        terminal.WriteLine(new TerminalText(title, Tone.Strong), entries.Count == 0 ? "  none" : "");
        if (entries.Count == 0) return;
        var isNamed = entries.Any(entry => entry.Name is not null);
        var isMarked = entries.Any(entry => entry.State is not null);
        List<TableColumn> columns = ["URL", "VALID FROM", "VALID UNTIL", "KEY", "KEY ID"];
        if (isNamed) columns.Insert(0, "NAME");
        if (isMarked) columns.Add("STATE");
        var table = new TextTable(columns);
        foreach (var entry in entries)
        {
            List<TerminalText> cells =
            [
                entry.Uri, Format(entry.ValidFrom), entry.ValidUntil is { } end ? Format(end) : "", entry.KeyType, entry.KeyId,
            ];
            if (isNamed) cells.Insert(0, entry.Name);
            if (isMarked) cells.Add(new TerminalText(entry.State ?? "", entry.State == "expired" ? Tone.Warning : Tone.Bad));
            table.Add(cells);
        }

        terminal.Write(table);
    }

    private static string Format(DateTime utc) => UtcText.ToSecond(new DateTimeOffset(utc, TimeSpan.Zero));
}
