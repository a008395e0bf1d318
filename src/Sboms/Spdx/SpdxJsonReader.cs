using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Sboms.Documents;
using RegistryOperator.Sboms.Packages;

namespace RegistryOperator.Sboms.Spdx;

/// <summary>
/// Reads SPDX 2.2 and 2.3 JSON (<see href="https://spdx.github.io/spdx-spec/v2.3/"/>). These are not packages and are ignored: the element that the document
/// describes (the image), containers, operating systems and files by their purpose, and applications without package URL and version (a lock file
/// in Trivy's documents). A document that describes several elements (some tools name every package) has no single root: they are packages.
/// </summary>
internal sealed class SpdxJsonReader
{
    private const string FormatName = "SPDX JSON";

    private readonly PackageList _packages = new();
    private readonly HashSet<string> _others = new(StringComparer.Ordinal);
    private readonly SpdxRelationships _relationships = new();
    private string? _spdxVersion;
    private string? _tool;
    private DateTimeOffset? _created;

    public static Sbom Read(ReadOnlySpan<byte> content)
    {
        var reader = new SpdxJsonReader();
        var cursor = new JsonCursor(content, FormatName);
        cursor.Start();
        if (!cursor.EnterObject()) throw cursor.Fault("is null");
        reader.ReadDocument(ref cursor);
        cursor.End();
        reader.CheckVersion(content);
        return reader.Build();
    }

    private void ReadDocument(ref JsonCursor cursor)
    {
        while (cursor.NextMember())
        {
            if (cursor.Is("packages"u8)) ReadPackages(ref cursor);
            else if (cursor.Is("relationships"u8)) _relationships.Read(ref cursor);
            else if (cursor.Is("documentDescribes"u8)) _relationships.ReadDescribed(ref cursor);
            else if (cursor.Is("creationInfo"u8)) ReadCreation(ref cursor);
            else if (cursor.Is("spdxVersion"u8)) _spdxVersion = cursor.Text();
            else if (cursor.Is("@context"u8)) throw new SbomFormatException(FormatDetector.Spdx3);
            else cursor.Skip();
        }
    }

    private void CheckVersion(ReadOnlySpan<byte> content)
    {
        if (_spdxVersion is null) throw FormatDetector.Missing(FormatName, "'spdxVersion'", content);
        if (_spdxVersion.StartsWith("SPDX-3", StringComparison.Ordinal)) throw new SbomFormatException(FormatDetector.Spdx3);
        if (!_spdxVersion.StartsWith("SPDX-2.", StringComparison.Ordinal))
            throw new SbomFormatException($"The document's 'spdxVersion' is '{_spdxVersion}', and SPDX-2.2 and SPDX-2.3 are known: save it as SPDX 2.3 JSON.");
    }

    private Sbom Build()
    {
        var described = _relationships.Described;
        var packages = _packages.Build(package => described.Count == 1 && described.Contains(package.Id!));
        var kept = packages.Select(package => package.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var id in described)
            if (!kept.Contains(id)) _relationships.Dependencies.AddRoot(id);
        foreach (var id in _others)
            if (!described.Contains(id)) _relationships.Dependencies.AddGroup(id);
        return new Sbom
        {
            Format = SbomFormat.SpdxJson,
            Packages = packages,
            Dependencies = _relationships.Dependencies.Build(packages),
            Created = _created,
            Tool = _tool,
        };
    }

    private void ReadPackages(ref JsonCursor cursor)
    {
        if (!cursor.EnterArray()) return;
        while (cursor.NextItem())
        {
            if (!cursor.EnterObject()) throw cursor.Fault("is null where a package is expected");
            var package = new PackageBuilder();
            string? purpose = null, declared = null, concluded = null;
            while (cursor.NextMember())
            {
                if (cursor.Is("SPDXID"u8)) package.Id = cursor.Text();
                else if (cursor.Is("name"u8)) package.Name = cursor.Text();
                else if (cursor.Is("versionInfo"u8)) package.Version = Known(cursor.Text());
                else if (cursor.Is("licenseDeclared"u8)) declared = Known(cursor.Text());
                else if (cursor.Is("licenseConcluded"u8)) concluded = Known(cursor.Text());
                else if (cursor.Is("externalRefs"u8)) ReadReferences(ref cursor, package);
                else if (cursor.Is("primaryPackagePurpose"u8)) purpose = cursor.Text();
                else cursor.Skip();
            }

            package.AddLicense(declared ?? concluded);
            if (!IsOther(package, purpose)) _packages.Add(package, ref cursor, "SPDXID");
            else if (package.Id is { Length: > 0 } id) _others.Add(id);
        }
    }

    private static bool IsOther(PackageBuilder package, string? purpose) => purpose switch
    {
        // 2.2 and 2.3 spell it differently.
        "CONTAINER" or "OPERATING-SYSTEM" or "OPERATING_SYSTEM" or "FILE" => true,
        "APPLICATION" => !package.HasPackageUrl && string.IsNullOrEmpty(package.Version),
        _ => false,
    };

    private static void ReadReferences(ref JsonCursor cursor, PackageBuilder package)
    {
        if (!cursor.EnterArray()) return;
        while (cursor.NextItem())
        {
            if (!cursor.EnterObject()) continue;
            string? type = null, locator = null;
            while (cursor.NextMember())
            {
                if (cursor.Is("referenceType"u8)) type = cursor.Text();
                else if (cursor.Is("referenceLocator"u8)) locator = cursor.Text();
                else cursor.Skip();
            }

            // The long form is http://spdx.org/rdf/references/purl.
            if (type == "purl" || type?.EndsWith("/purl", StringComparison.Ordinal) == true) package.SetPackageUrl(locator);
        }
    }

    private void ReadCreation(ref JsonCursor cursor)
    {
        if (!cursor.EnterObject()) return;
        while (cursor.NextMember())
        {
            if (cursor.Is("created"u8)) _created = Timestamp.Parse(cursor.Text());
            else if (cursor.Is("creators"u8)) ReadCreators(ref cursor);
            else cursor.Skip();
        }
    }

    private void ReadCreators(ref JsonCursor cursor)
    {
        if (!cursor.EnterArray()) return;
        while (cursor.NextItem()) _tool ??= ToolName.OfSpdxCreator(cursor.Text());
    }

    private static string? Known(string? text) => text is null or "" or "NOASSERTION" or "NONE" ? null : text;
}
