namespace RegistryOperator.Host.Kinds;

/// <summary>A condition that a kind of scanner adds to a resource.</summary>
/// <param name="Holds">Null where it is not known yet.</param>
/// <param name="Reason">One CamelCase word.</param>
/// <param name="Message">What is wrong, in which field, and what to do; or what holds.</param>
internal sealed record KindCondition(bool? Holds, string Reason, string Message)
{
    /// <summary>Its type, e.g. <c>ScannersReady</c>.</summary>
    public required string Type { get; init; }
}
