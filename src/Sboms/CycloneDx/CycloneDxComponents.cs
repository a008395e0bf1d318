using System.Globalization;
using RegistryOperator.Sboms.Dependencies;
using RegistryOperator.Sboms.Documents;
using RegistryOperator.Sboms.Packages;

namespace RegistryOperator.Sboms.CycloneDx;

/// <summary>
/// The components of a CycloneDX document, at every level. These are not packages and are ignored: the component that the document is about, files, operating
/// systems, data and cryptographic assets, and applications without package URL and version (a lock file in Trivy's documents).
/// </summary>
internal sealed class CycloneDxComponents
{
    private const string SyftTypeProperty = "syft:package:type";
    private const string SyftLocationPrefix = "syft:location:";
    private const string SyftLocationSuffix = ":path";
    private const string TrivyPathProperty = "aquasecurity:trivy:FilePath";
    private const string TrivySourceProperty = "aquasecurity:trivy:SrcName";

    private int _unnamed;

    /// <summary>The packages.</summary>
    public PackageList Packages { get; } = new();

    /// <summary>The dependencies, which also name components that are not packages.</summary>
    public DependencyCollector Dependencies { get; } = new();

    /// <summary>Reads a list of components.</summary>
    public void ReadAll(ref JsonCursor cursor)
    {
        if (!cursor.EnterArray()) return;
        while (cursor.NextItem())
        {
            if (!cursor.EnterObject()) throw cursor.Fault("is null where a component is expected");
            var (component, type) = ReadOne(ref cursor);
            if (IsOther(component, type))
            {
                if (component.Id is { Length: > 0 } id) Dependencies.AddGroup(id);
                continue;
            }

            // A bom-ref is optional: a component without one has no dependencies.
            if (string.IsNullOrEmpty(component.Id)) component.Id = string.Create(CultureInfo.InvariantCulture, $"component {++_unnamed}");
            Packages.Add(component, ref cursor, "bom-ref");
        }
    }

    /// <summary>Reads the component that the document is about.</summary>
    public void ReadRoot(ref JsonCursor cursor)
    {
        if (!cursor.EnterObject()) return;
        if (ReadOne(ref cursor).Component.Id is { Length: > 0 } id) Dependencies.AddRoot(id);
    }

    private (PackageBuilder Component, string? Type) ReadOne(ref JsonCursor cursor)
    {
        var component = new PackageBuilder();
        string? type = null;
        while (cursor.NextMember())
        {
            if (cursor.Is("bom-ref"u8)) component.Id = cursor.Text();
            else if (cursor.Is("type"u8)) type = cursor.Text();
            else if (cursor.Is("group"u8)) component.Group = cursor.Text();
            else if (cursor.Is("name"u8)) component.Name = cursor.Text();
            else if (cursor.Is("version"u8)) component.Version = cursor.Text();
            else if (cursor.Is("purl"u8)) component.SetPackageUrl(cursor.Text());
            else if (cursor.Is("licenses"u8)) ReadLicenses(ref cursor, component);
            else if (cursor.Is("properties"u8)) ReadProperties(ref cursor, component);
            else if (cursor.Is("evidence"u8)) ReadEvidence(ref cursor, component);
            else if (cursor.Is("components"u8)) ReadAll(ref cursor);
            else cursor.Skip();
        }

        return (component, type);
    }

    private static bool IsOther(PackageBuilder component, string? type) => type switch
    {
        "file" or "operating-system" or "data" or "cryptographic-asset" => true,
        "application" => !component.HasPackageUrl && string.IsNullOrEmpty(component.Version),
        _ => false,
    };

    private static void ReadLicenses(ref JsonCursor cursor, PackageBuilder component)
    {
        if (!cursor.EnterArray()) return;
        while (cursor.NextItem())
        {
            if (!cursor.EnterObject()) continue;
            while (cursor.NextMember())
            {
                if (cursor.Is("expression"u8)) component.AddLicense(cursor.Text());
                else if (cursor.Is("license"u8)) ReadLicense(ref cursor, component);
                else cursor.Skip();
            }
        }
    }

    private static void ReadLicense(ref JsonCursor cursor, PackageBuilder component)
    {
        if (!cursor.EnterObject()) return;
        string? id = null, name = null;
        while (cursor.NextMember())
        {
            if (cursor.Is("id"u8)) id = cursor.Text();
            else if (cursor.Is("name"u8)) name = cursor.Text();
            else cursor.Skip();
        }

        component.AddLicense(id ?? name);
    }

    private static void ReadProperties(ref JsonCursor cursor, PackageBuilder component)
    {
        if (!cursor.EnterArray()) return;
        while (cursor.NextItem())
        {
            if (!cursor.EnterObject()) continue;
            string? name = null, value = null;
            while (cursor.NextMember())
            {
                if (cursor.Is("name"u8)) name = cursor.Text();
                else if (cursor.Is("value"u8)) value = cursor.Text();
                else cursor.Skip();
            }

            if (name is null) continue;
            if (name == SyftTypeProperty) component.Type = PackageTypes.OfSyft(value);
            else if (name == TrivySourceProperty) component.SourceName = value;
            else if (name == TrivyPathProperty || IsSyftLocation(name)) component.AddLocation(value);
        }
    }

    private static bool IsSyftLocation(string name) =>
        name.StartsWith(SyftLocationPrefix, StringComparison.Ordinal) && name.EndsWith(SyftLocationSuffix, StringComparison.Ordinal);

    private static void ReadEvidence(ref JsonCursor cursor, PackageBuilder component)
    {
        if (!cursor.EnterObject()) return;
        while (cursor.NextMember())
        {
            if (cursor.Is("occurrences"u8)) ReadOccurrences(ref cursor, component);
            else cursor.Skip();
        }
    }

    private static void ReadOccurrences(ref JsonCursor cursor, PackageBuilder component)
    {
        if (!cursor.EnterArray()) return;
        while (cursor.NextItem())
        {
            if (!cursor.EnterObject()) continue;
            while (cursor.NextMember())
            {
                if (cursor.Is("location"u8)) component.AddLocation(cursor.Text());
                else cursor.Skip();
            }
        }
    }
}
