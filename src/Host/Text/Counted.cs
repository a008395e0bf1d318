namespace RegistryOperator.Host.Text;

/// <summary>Counts things in words.</summary>
internal static class Counted
{
    /// <summary>E.g. <c>1 image</c>, <c>2 images</c>.</summary>
    public static string Of(int count, string singular, string? plural = null) => count == 1 ? $"1 {singular}" : $"{count} {plural ?? singular + "s"}";
}
