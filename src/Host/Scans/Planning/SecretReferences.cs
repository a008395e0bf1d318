using System.Collections;
using System.Globalization;
using System.Text.Json.Serialization.Metadata;
using RegistryOperator.Abstractions.Secrets;
using RegistryOperator.Host.Plugins.Loading;
using RegistryOperator.Host.Registry.Validation;
using RegistryOperator.Host.Yaml;

namespace RegistryOperator.Host.Scans.Planning;

/// <summary>A key of a Secret that options name.</summary>
/// <param name="Field">Where, e.g. <c>spec.scanners[0].options.feeds[1].token</c>.</param>
/// <param name="Reference">The key.</param>
internal sealed record NamedSecret(string Field, SecretKeyReference Reference);

/// <summary>Finds the keys of Secrets that a scanner's options name: in properties, objects within, lists, and values of dictionaries.</summary>
internal sealed class SecretReferences
{
    /// <summary>Keys that the options of one scanner may name.</summary>
    public const int Most = 20;

    /// <summary>The deepest nesting of objects; a recursive one is deeper.</summary>
    private const int Deepest = 32;

    private readonly List<NamedSecret> _found = [];

    private SecretReferences()
    {
    }

    /// <param name="field">Where the options stand.</param>
    /// <param name="options">The options as they were bound, so that defaults count, too; null for none.</param>
    /// <exception cref="FormatException">A name can't be that of a Secret or a key, there are too many, or the options can't be read.</exception>
    public static IReadOnlyList<NamedSecret> Find(string field, object? options)
    {
        var references = new SecretReferences();
        try
        {
            references.Add(field, options, depth: 0);
        }
        catch (Exception fault) when (fault is not FormatException)
        {
            // The plugin's own properties, which may throw anything.
            throw new FormatException($"{field}: the scanner's options can't be read. {PluginFault.Describe(fault)}", fault);
        }

        return references._found;
    }

    private void Add(string field, object? value, int depth)
    {
        if (value is null) return;
        if (value is SecretKeyReference reference)
        {
            Check($"{field}.name", SecretNames.ProblemOfName(reference.Name ?? ""));
            Check($"{field}.key", SecretNames.ProblemOfKey(reference.Key ?? ""));
            _found.Add(new NamedSecret(field, reference));
            if (_found.Count > Most) throw new FormatException($"{field}: the options name more than {Most} keys of Secrets.");
            return;
        }

        if (depth > Deepest) throw new FormatException($"{field}: the options are nested more than {Deepest} deep.");
        var type = ScannerOptions.TypeInfoOf(value.GetType());
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object:
                // A property without a setter is not an option, e.g. a computed one.
                foreach (var option in type.Properties.Where(option => option.Set is not null || option.AssociatedParameter is not null))
                    Add(YamlPath.Field(field, option.Name), option.Get?.Invoke(value), depth + 1);
                break;
            case JsonTypeInfoKind.Dictionary when value is IDictionary entries:
                foreach (DictionaryEntry entry in entries)
                    Add(YamlPath.Field(field, Convert.ToString(entry.Key, CultureInfo.InvariantCulture) ?? ""), entry.Value, depth + 1);
                break;
            case JsonTypeInfoKind.Dictionary or JsonTypeInfoKind.Enumerable when value is IEnumerable items:
                foreach (var (index, item) in items.Cast<object?>().Index()) Add(YamlPath.Item(field, index), item, depth + 1);
                break;
        }
    }

    private static void Check(string field, string? problem)
    {
        if (problem is not null) throw new FormatException($"{field}: {problem}");
    }
}
