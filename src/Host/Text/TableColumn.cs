namespace RegistryOperator.Host.Text;

/// <summary>A column of a table.</summary>
internal sealed record TableColumn(string Header)
{
    /// <summary>True for numbers: they stand at the right and are not wrapped.</summary>
    public bool IsNumber { get; init; }

    /// <summary>True for sentences: long words in them may be broken.</summary>
    public bool IsProse { get; init; }

    public static implicit operator TableColumn(string header) => new(header);
}
