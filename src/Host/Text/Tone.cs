namespace RegistryOperator.Host.Text;

/// <summary>How a text stands out in a window; nothing depends on it.</summary>
internal enum Tone
{
    Plain,

    /// <summary>A heading.</summary>
    Strong,

    Good,

    Warning,

    Bad,
}
