using RegistryOperator.Abstractions.Sboms;
using RegistryOperator.Sboms.Dependencies;
using RegistryOperator.Sboms.Documents;
using RegistryOperator.Sboms.Packages;

namespace RegistryOperator.Sboms.Syft;

/// <summary>
/// Reads Syft's own JSON (<see href="https://github.com/anchore/syft/tree/main/schema/json"/>). The members that are read are the same in the
/// schemas 11 to 16, so that the schema's version is ignored; licences may also be strings, as in older schemas.
/// </summary>
internal sealed class SyftJsonReader
{
    private const string FormatName = "Syft JSON";

    private readonly PackageList _packages = new();
    private readonly DependencyCollector _dependencies = new();
    private bool _hasArtifacts;
    private string? _tool;

    public static Sbom Read(ReadOnlySpan<byte> content)
    {
        var reader = new SyftJsonReader();
        var cursor = new JsonCursor(content, FormatName);
        cursor.Start();
        if (!cursor.EnterObject()) throw cursor.Fault("is null");
        reader.ReadDocument(ref cursor);
        cursor.End();
        if (!reader._hasArtifacts) throw FormatDetector.Missing(FormatName, "'artifacts'", content);
        var packages = reader._packages.Build();
        return new Sbom
        {
            Format = SbomFormat.SyftJson,
            Packages = packages,
            Dependencies = reader._dependencies.Build(packages),
            Tool = reader._tool,
        };
    }

    private void ReadDocument(ref JsonCursor cursor)
    {
        while (cursor.NextMember())
        {
            if (cursor.Is("artifacts"u8)) ReadArtifacts(ref cursor);
            else if (cursor.Is("artifactRelationships"u8)) ReadRelationships(ref cursor);
            else if (cursor.Is("source"u8)) ReadSource(ref cursor);
            else if (cursor.Is("descriptor"u8)) ReadDescriptor(ref cursor);
            else cursor.Skip();
        }
    }

    private void ReadArtifacts(ref JsonCursor cursor)
    {
        _hasArtifacts = true;
        if (!cursor.EnterArray()) return;
        while (cursor.NextItem())
        {
            if (!cursor.EnterObject()) throw cursor.Fault("is null where a package is expected");
            var package = new PackageBuilder();
            while (cursor.NextMember())
            {
                if (cursor.Is("id"u8)) package.Id = cursor.Text();
                else if (cursor.Is("name"u8)) package.Name = cursor.Text();
                else if (cursor.Is("version"u8)) package.Version = cursor.Text();
                else if (cursor.Is("type"u8)) package.Type = PackageTypes.OfSyft(cursor.Text());
                else if (cursor.Is("purl"u8)) package.SetPackageUrl(cursor.Text());
                else if (cursor.Is("licenses"u8)) ReadLicenses(ref cursor, package);
                else if (cursor.Is("locations"u8)) ReadLocations(ref cursor, package);
                else cursor.Skip();
            }

            _packages.Add(package, ref cursor, "id");
        }
    }

    private static void ReadLicenses(ref JsonCursor cursor, PackageBuilder package)
    {
        if (!cursor.EnterArray()) return;
        while (cursor.NextItem())
        {
            if (cursor.IsText)
            {
                package.AddLicense(cursor.Text());
                continue;
            }

            string? value = null, expression = null;
            if (!cursor.EnterObject()) continue;
            while (cursor.NextMember())
            {
                if (cursor.Is("value"u8)) value = cursor.Text();
                else if (cursor.Is("spdxExpression"u8)) expression = cursor.Text();
                else cursor.Skip();
            }

            package.AddLicense(string.IsNullOrEmpty(expression) ? value : expression);
        }
    }

    private static void ReadLocations(ref JsonCursor cursor, PackageBuilder package)
    {
        if (!cursor.EnterArray()) return;
        while (cursor.NextItem())
        {
            if (!cursor.EnterObject()) continue;
            while (cursor.NextMember())
            {
                if (cursor.Is("path"u8)) package.AddLocation(cursor.Text());
                else cursor.Skip();
            }
        }
    }

    // "parent dependency-of child": the parent is what the child needs (a Debian image has passwd dependency-of adduser).
    private void ReadRelationships(ref JsonCursor cursor)
    {
        if (!cursor.EnterArray()) return;
        while (cursor.NextItem())
        {
            if (!cursor.EnterObject()) continue;
            string? parent = null, child = null, type = null;
            while (cursor.NextMember())
            {
                if (cursor.Is("parent"u8)) parent = cursor.Text();
                else if (cursor.Is("child"u8)) child = cursor.Text();
                else if (cursor.Is("type"u8)) type = cursor.Text();
                else cursor.Skip();
            }

            if (type != "dependency-of") continue;
            if (string.IsNullOrEmpty(parent) || string.IsNullOrEmpty(child)) throw cursor.Fault("has no 'parent' or no 'child'");
            _dependencies.Add(child, parent);
        }
    }

    private void ReadSource(ref JsonCursor cursor)
    {
        if (!cursor.EnterObject()) return;
        while (cursor.NextMember())
        {
            if (!cursor.Is("id"u8)) cursor.Skip();
            else if (cursor.Text() is { Length: > 0 } id) _dependencies.AddRoot(id);
        }
    }

    private void ReadDescriptor(ref JsonCursor cursor)
    {
        if (!cursor.EnterObject()) return;
        string? name = null, version = null;
        while (cursor.NextMember())
        {
            if (cursor.Is("name"u8)) name = cursor.Text();
            else if (cursor.Is("version"u8)) version = cursor.Text();
            else cursor.Skip();
        }

        _tool = ToolName.Of(name, version);
    }
}
