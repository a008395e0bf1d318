using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Sboms.Documents;

namespace RegistryOperator.Sboms.CycloneDx;

/// <summary>
/// Reads CycloneDX JSON, from version 1.2, the first that had JSON (<see href="https://cyclonedx.org/docs/1.6/json/"/>). Later versions of 1 only add members.
/// </summary>
internal sealed class CycloneDxJsonReader
{
    private const string FormatName = "CycloneDX JSON";
    private const int OldestMinorVersion = 2;

    private readonly CycloneDxComponents _components = new();
    private string? _bomFormat;
    private string? _specVersion;
    private string? _tool;
    private DateTimeOffset? _created;

    public static Sbom Read(ReadOnlySpan<byte> content)
    {
        var reader = new CycloneDxJsonReader();
        var cursor = new JsonCursor(content, FormatName);
        cursor.Start();
        if (!cursor.EnterObject()) throw cursor.Fault("is null");
        reader.ReadDocument(ref cursor);
        cursor.End();
        reader.CheckVersion(content);
        var packages = reader._components.Packages.Build();
        return new Sbom
        {
            Format = SbomFormat.CycloneDxJson,
            Packages = packages,
            Dependencies = reader._components.Dependencies.Build(packages),
            Created = reader._created,
            Tool = reader._tool,
        };
    }

    private void ReadDocument(ref JsonCursor cursor)
    {
        while (cursor.NextMember())
        {
            if (cursor.Is("components"u8)) _components.ReadAll(ref cursor);
            else if (cursor.Is("dependencies"u8)) ReadDependencies(ref cursor);
            else if (cursor.Is("metadata"u8)) ReadMetadata(ref cursor);
            else if (cursor.Is("bomFormat"u8)) _bomFormat = cursor.Text();
            else if (cursor.Is("specVersion"u8)) _specVersion = cursor.Text();
            else cursor.Skip();
        }
    }

    private void CheckVersion(ReadOnlySpan<byte> content)
    {
        if (_bomFormat != "CycloneDX") throw FormatDetector.Missing(FormatName, "'bomFormat': 'CycloneDX'", content);
        if (_specVersion is null) throw FormatDetector.Missing(FormatName, "'specVersion'", content);
        var isKnown = _specVersion.StartsWith("1.", StringComparison.Ordinal)
            && int.TryParse(_specVersion.AsSpan(2), out var minor)
            && minor >= OldestMinorVersion;
        if (isKnown) return;
        throw new SbomFormatException(
            $"The document's 'specVersion' is '{_specVersion}', and CycloneDX 1.{OldestMinorVersion} and later versions of 1 are known: " +
            "save it as CycloneDX 1.6 JSON.");
    }

    private void ReadMetadata(ref JsonCursor cursor)
    {
        if (!cursor.EnterObject()) return;
        while (cursor.NextMember())
        {
            if (cursor.Is("component"u8)) _components.ReadRoot(ref cursor);
            else if (cursor.Is("timestamp"u8)) _created = Timestamp.Parse(cursor.Text());
            else if (cursor.Is("tools"u8)) ReadTools(ref cursor);
            else cursor.Skip();
        }
    }

    // A list of tools up to 1.4; since 1.5 that, or an object with the components that the tools are.
    private void ReadTools(ref JsonCursor cursor)
    {
        cursor.ToValue();
        if (cursor.IsArray)
        {
            ReadToolList(ref cursor);
            return;
        }

        if (!cursor.EnterObject()) return;
        while (cursor.NextMember())
        {
            if (cursor.Is("components"u8)) ReadToolList(ref cursor);
            else cursor.Skip();
        }
    }

    private void ReadToolList(ref JsonCursor cursor)
    {
        if (!cursor.EnterArray()) return;
        while (cursor.NextItem())
        {
            if (!cursor.EnterObject()) continue;
            string? name = null, version = null;
            while (cursor.NextMember())
            {
                if (cursor.Is("name"u8)) name = cursor.Text();
                else if (cursor.Is("version"u8)) version = cursor.Text();
                else cursor.Skip();
            }

            _tool ??= ToolName.Of(name, version);
        }
    }

    private void ReadDependencies(ref JsonCursor cursor)
    {
        if (!cursor.EnterArray()) return;
        while (cursor.NextItem())
        {
            if (!cursor.EnterObject()) continue;
            string? from = null;
            var needed = new List<string>();
            while (cursor.NextMember())
            {
                if (cursor.Is("ref"u8)) from = cursor.Text();
                else if (cursor.Is("dependsOn"u8)) ReadNeeded(ref cursor, needed);
                else cursor.Skip();
            }

            if (string.IsNullOrEmpty(from)) throw cursor.Fault("has no 'ref'");
            foreach (var to in needed) _components.Dependencies.Add(from, to);
        }
    }

    private static void ReadNeeded(ref JsonCursor cursor, List<string> needed)
    {
        if (!cursor.EnterArray()) return;
        while (cursor.NextItem())
            if (cursor.Text() is { Length: > 0 } to) needed.Add(to);
    }
}
