using System.Runtime.CompilerServices;

namespace RegistryOperator.Kubernetes.Tests.Fakes;

/// <summary>Waits for conditions, with a deadline.</summary>
internal static class Wait
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(5);

    /// <summary>Waits until the condition holds.</summary>
    /// <param name="condition">The condition.</param>
    /// <param name="meanwhile">Done before each look, e.g. moving a fake clock.</param>
    /// <param name="what">The condition's text, for the failure.</param>
    public static async Task UntilAsync(Func<bool> condition, Action? meanwhile = null, [CallerArgumentExpression(nameof(condition))] string what = "")
    {
        var began = TimeProvider.System.GetTimestamp();
        while (!condition())
        {
            (TimeProvider.System.GetElapsedTime(began) < Deadline).ShouldBeTrue($"never came true: {what}");
            meanwhile?.Invoke();
            await Task.Delay(Interval, TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }
}
