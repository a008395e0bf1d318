using System.Globalization;

namespace RegistryOperator.Plugins.Trivy.Documents.CycloneDx;

/// <summary>Collects a component's properties: those without a value are left out, as Trivy does.</summary>
internal sealed class PropertyList
{
    private readonly List<(string Name, string Value)> _properties = [];

    /// <summary>Adds one.</summary>
    public PropertyList Add(string name, string? value)
    {
        if (!string.IsNullOrEmpty(value)) _properties.Add((name, value));
        return this;
    }

    /// <summary>Adds a number; zero is no value.</summary>
    public PropertyList Add(string name, long value) => value == 0 ? this : Add(name, value.ToString(CultureInfo.InvariantCulture));

    /// <summary>Adds one for each value.</summary>
    public PropertyList Add(string name, IEnumerable<string>? values)
    {
        foreach (var value in values ?? []) Add(name, value);
        return this;
    }

    /// <summary>All of them, by name and value.</summary>
    public IReadOnlyList<(string Name, string Value)> ToSorted() =>
        [.. _properties.OrderBy(property => property.Name, StringComparer.Ordinal).ThenBy(property => property.Value, StringComparer.Ordinal)];
}
