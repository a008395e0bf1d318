using System.Runtime.InteropServices;
using RegistryOperator.Host.Cli;

namespace RegistryOperator.Host.Tests.Cli;

public class StopSignalsTests
{
    [Fact]
    public void ExitCode_NoSignal_IsNone()
    {
        using var signals = new StopSignals();

        (signals.ExitCode, signals.Token.IsCancellationRequested).ShouldBe((null, false));
    }

    [Theory]
    [InlineData(PosixSignal.SIGINT, 130)]
    [InlineData(PosixSignal.SIGTERM, 143)]
    [InlineData(PosixSignal.SIGHUP, 129)]
    [InlineData(PosixSignal.SIGQUIT, 131)]
    public async Task Receive_First_CancelsAndLetsTheProcessEndByItself(PosixSignal signal, int expected)
    {
        using var signals = new StopSignals();
        var cancelled = new TaskCompletionSource();
        await using var registration = signals.Token.Register(cancelled.SetResult);

        signals.Receive(signal).ShouldBeTrue();

        signals.ExitCode.ShouldBe(expected);
        await cancelled.Task.WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
    }

    [Theory]
    [InlineData(PosixSignal.SIGINT, PosixSignal.SIGINT, false, 130)]
    [InlineData(PosixSignal.SIGTERM, PosixSignal.SIGINT, false, 143)]
    [InlineData(PosixSignal.SIGTERM, PosixSignal.SIGTERM, true, 143)]
    [InlineData(PosixSignal.SIGINT, PosixSignal.SIGTERM, true, 130)]
    [InlineData(PosixSignal.SIGHUP, PosixSignal.SIGHUP, true, 129)]
    public void Receive_Second_EndsAtOnceForCtrlCOnlyAndKeepsTheFirstOnesCode(PosixSignal first, PosixSignal second, bool waits, int expected)
    {
        using var signals = new StopSignals();
        signals.Receive(first);

        signals.Receive(second).ShouldBe(waits);

        signals.ExitCode.ShouldBe(expected);
        signals.Receive(PosixSignal.SIGINT).ShouldBeFalse();
    }

    [Fact]
    public async Task Receive_WhatIsCancelledTakesLong_DoesNotKeepTheNextSignalWaiting()
    {
        using var signals = new StopSignals();
        using var release = new ManualResetEventSlim();
        using var registration = signals.Token.Register(release.Wait);

        try
        {
            (await ReceiveAsync()).ShouldBeTrue();
            (await ReceiveAsync()).ShouldBeFalse();
        }
        finally
        {
            release.Set();
        }

        Task<bool> ReceiveAsync() =>
            Task.Run(() => signals.Receive(PosixSignal.SIGINT)).WaitAsync(TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
    }
}
