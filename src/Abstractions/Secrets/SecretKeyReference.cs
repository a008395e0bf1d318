using System.ComponentModel;

namespace RegistryOperator.Abstractions.Secrets;

/// <summary>
/// A key of a Kubernetes Secret in the resource's namespace. May occur anywhere in a scanner's options: in a property, in objects within, in lists,
/// and in the values of dictionaries. The host reads the value and passes it in the request's <c>ScanSecrets</c>.
/// </summary>
public sealed record SecretKeyReference
{
    /// <summary>The Secret's name.</summary>
    [Description("Name of a Secret in the resource's namespace.")]
    public required string Name { get; init; }

    /// <summary>The key in it.</summary>
    [Description("Key in the Secret.")]
    public required string Key { get; init; }

    /// <summary>Names the Secret and the key, without content.</summary>
    public override string ToString() => $"key '{Key}' of Secret '{Name}'";
}
