namespace RegistryOperator.Host.Text;

/// <summary>How a text is emphasised in a terminal; for display only.</summary>
internal enum Tone
{
    Plain,

    /// <summary>A heading.</summary>
    Strong,

    Good,

    Warning,

    Bad,
}
