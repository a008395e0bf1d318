using System.Net;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;
using RegistryOperator.Abstractions.Registries;

namespace RegistryOperator.Oci.Transport;

/// <summary>What is retried, and when: only failures that may be transient, and never after more than the longest pause.</summary>
internal static partial class RetryPipeline
{
    /// <param name="options">How often.</param>
    /// <param name="maximumPause">The longest wait.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Where it is logged.</param>
    /// <param name="retrying">Told of each retry; null where nobody is.</param>
    public static ResiliencePipeline Create(
        RegistryRetryOptions options, TimeSpan maximumPause, TimeProvider time, ILogger logger, Action<RegistryException, int, TimeSpan>? retrying = null)
    {
        if (options.Attempts <= 0) return ResiliencePipeline.Empty;
        var strategy = new RetryStrategyOptions
        {
            MaxRetryAttempts = options.Attempts,
            Delay = options.Delay,
            MaxDelay = maximumPause,
            BackoffType = DelayBackoffType.Exponential,
            UseJitter = true,
            ShouldHandle = arguments => new(IsWorthRetrying(arguments.Outcome.Exception, maximumPause)),
            DelayGenerator = static arguments => new((arguments.Outcome.Exception as RegistryException)?.RetryAfter),
            OnRetry = arguments =>
            {
                LogRetry(logger, arguments.AttemptNumber + 1, arguments.RetryDelay, arguments.Outcome.Exception?.Message);
                if (arguments.Outcome.Exception is RegistryException failure) retrying?.Invoke(failure, arguments.AttemptNumber + 1, arguments.RetryDelay);
                return default;
            },
        };
        return new ResiliencePipelineBuilder { TimeProvider = time }.AddRetry(strategy).Build();
    }

    /// <summary>True for transient failures: no connection, no answer, throttling, and the server errors, or a proxy's, that may pass.</summary>
    public static bool IsWorthRetrying(Exception? exception, TimeSpan maximumPause)
    {
        if (exception is not RegistryException error || error.RetryAfter > maximumPause) return false;
        return error.Kind switch
        {
            // A proxy that refuses will do so again, and counts attempts with a wrong login.
            RegistryErrorKind.Unreachable => error.StatusCode is not { } answer || MayPass(answer),
            RegistryErrorKind.TimedOut or RegistryErrorKind.RateLimited => true,
            RegistryErrorKind.ServerError => MayPass(error.StatusCode),
            _ => false,
        };
    }

    /// <summary>True for the server errors that may pass.</summary>
    public static bool MayPass(HttpStatusCode? status) => status
        is HttpStatusCode.InternalServerError or HttpStatusCode.BadGateway or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout;

    [LoggerMessage(Level = LogLevel.Debug, Message = "Retry {Attempt} in {Delay}: {Reason}")]
    private static partial void LogRetry(ILogger logger, int attempt, TimeSpan delay, string? reason);
}
